// Streets and grounds for what is on the screen: a box a little larger than the view, on a grid, so that small moves ask for nothing.
import { ofMap, type Features } from '../api/client';

const ranks: Record<string, number> = {
  motorway: 4, motorway_link: 4, trunk: 4, trunk_link: 4, primary: 3, primary_link: 3, secondary: 3, secondary_link: 3, tertiary: 2, tertiary_link: 2,
  unclassified: 1, residential: 1, living_street: 1, road: 1, pedestrian: 1, service: 0, track: 0, footway: 0, path: 0, cycleway: 0, steps: 0, bridleway: 0,
};

export interface Box {
  west: number;
  south: number;
  east: number;
  north: number;
}

/** The box to ask for, grown to a grid that halves with each zoom level; equal boxes are equal strings. */
export function gridBox(view: Box, zoom: number): string {
  const cell = 360 / 2 ** (Math.max(8, Math.min(16, Math.floor(zoom))) + 1);
  const down = (value: number) => Math.floor(value / cell) * cell;
  const up = (value: number) => Math.ceil(value / cell) * cell;
  return [down(view.west), down(view.south), up(view.east), up(view.north)].map((value) => value.toFixed(5)).join(',');
}

export interface RoadFeature {
  type: 'Feature';
  geometry: { type: string; coordinates: unknown };
  properties: Record<string, unknown>;
}

export function ranked(features: RoadFeature[]): RoadFeature[] {
  return features.map((feature) => ({ ...feature, properties: { ...feature.properties, rank: ranks[String(feature.properties?.class)] ?? 1 } }));
}

type Point = [number, number];
const keyOf = (point: Point): string => `${point[0]},${point[1]}`;

/** Joins the pieces of each named road: a map file cuts them at every crossing, and a name needs a longer line than from one corner to the next. */
export function joined(features: RoadFeature[]): RoadFeature[] {
  const roads = new Map<string, RoadFeature[]>();
  const rest: RoadFeature[] = [];
  for (const feature of features) {
    const { name, class: kind } = feature.properties;
    if (!name || feature.geometry.type !== 'LineString') rest.push(feature);
    else {
      const key = `${String(kind)}|${String(name)}`;
      const pieces = roads.get(key);
      if (pieces) pieces.push(feature);
      else roads.set(key, [feature]);
    }
  }
  for (const pieces of roads.values()) for (const line of chains(pieces.map((piece) => piece.geometry.coordinates as Point[]))) rest.push({ ...(pieces[0] as RoadFeature), geometry: { type: 'LineString', coordinates: line } });
  return rest;
}

function chains(lines: Point[][]): Point[][] {
  const open = new Set(lines.filter((line) => line.length > 1));
  const byEnd = new Map<string, Set<Point[]>>();
  for (const line of open) for (const end of [line[0], line[line.length - 1]] as Point[]) {
    const key = keyOf(end);
    (byEnd.get(key) ?? byEnd.set(key, new Set()).get(key))?.add(line);
  }
  const found: Point[][] = [];
  for (const first of open) {
    open.delete(first);
    let line = first;
    // Once forward from the end; turned round, once from what was the beginning.
    for (let side = 0; side < 2; side++) {
      for (;;) {
        const end = keyOf(line[line.length - 1] as Point);
        const next = [...(byEnd.get(end) ?? [])].find((one) => open.has(one));
        if (!next) break;
        open.delete(next);
        line = line.concat(keyOf(next[0] as Point) === end ? next.slice(1) : next.slice(0, -1).reverse());
      }
      line = [...line].reverse();
    }
    found.push(line);
  }
  return found;
}

export interface Ground {
  roads: RoadFeature[];
  /** Water, woods, parks, buildings; empty where the server has none. */
  areas: RoadFeature[];
}

/** Loads and keeps the last boxes. `null`: the same box as shown, nothing to do. */
export class GroundLoader {
  private shown = '';
  private hasAreas = true;
  private readonly kept = new Map<string, Ground>();
  private asking: AbortController | null = null;

  async load(view: Box, zoom: number): Promise<Ground | null> {
    const level = Math.max(8, Math.min(16, Math.floor(zoom)));
    const query = { bbox: gridBox(view, zoom), zoom: String(level) };
    const key = `${level}/${query.bbox}`;
    if (key === this.shown) return null;
    this.asking?.abort();
    let ground = this.kept.get(key);
    if (!ground) {
      const { signal } = (this.asking = new AbortController());
      try {
        const [roads, areas] = await Promise.all([
          ofMap<Features>('roads', query, signal),
          this.hasAreas ? ofMap<Features>('areas', query, signal) : null,
        ]);
        if (!roads) return null;
        if (!areas) this.hasAreas = false;
        ground = { roads: joined(ranked(roads.features as RoadFeature[])), areas: (areas?.features ?? []) as RoadFeature[] };
      } catch {
        return null;
      }
      this.kept.set(key, ground);
      if (this.kept.size > 24) this.kept.delete(this.kept.keys().next().value as string);
    }
    this.shown = key;
    return ground;
  }
}

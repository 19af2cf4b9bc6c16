// Streets for what is on the screen: a box a little larger than the view, on a grid, so that small moves ask for nothing.
import type { Api } from '../api/client';

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

/** Loads and keeps the last boxes. `null`: the same box as shown, nothing to do. */
export class Roads {
  private shown = '';
  private readonly kept = new Map<string, RoadFeature[]>();
  private asking: AbortController | null = null;

  constructor(private readonly api: Api) {}

  async load(view: Box, zoom: number): Promise<RoadFeature[] | null> {
    const level = Math.max(8, Math.min(16, Math.floor(zoom)));
    const bbox = gridBox(view, zoom);
    const key = `${level}/${bbox}`;
    if (key === this.shown) return null;
    this.asking?.abort();
    let features = this.kept.get(key);
    if (!features) {
      const asking = (this.asking = new AbortController());
      try {
        const { data } = await this.api.client.GET('/v1/lastmile/map/roads', { params: { query: { bbox, zoom: level } }, signal: asking.signal });
        if (!data) return null;
        features = ranked(data.features as RoadFeature[]);
      } catch {
        return null;
      }
      this.kept.set(key, features);
      if (this.kept.size > 24) this.kept.delete(this.kept.keys().next().value as string);
    }
    this.shown = key;
    return features;
  }

  /** The style was replaced: what was shown must be set again. */
  forget(): void {
    this.shown = '';
  }
}

// Our own map: roads as the only base, drawn so that deliveries stand out. Two palettes, no sprite, no glyph server (labels are drawn by the browser).
import type { LayerSpecification, StyleSpecification } from 'maplibre-gl';

export interface Palette {
  ground: string;
  water: string;
  green: string;
  built: string;
  building: string;
  minor: string;
  path: string;
  middle: string;
  major: string;
  casing: string;
  label: string;
  halo: string;
  route: string;
  routeDim: string;
  hub: string;
  hubText: string;
  ring: string;
  status: Record<string, string>;
}

const light: Palette = {
  ground: '#e7eaf0', water: '#c3d8ea', green: '#d9e6d6', built: '#e1e4eb', building: '#d3d7e0', minor: '#ffffff', path: '#d3d9e2', middle: '#ffffff', major: '#fbe9b7', casing: '#c6cedb', label: '#5a6475', halo: '#f6f8fa',
  route: '#4f46e5', routeDim: '#8d88d8', hub: '#1e2433', hubText: '#ffffff', ring: '#ffffff',
  status: {
    requested: '#64748b', scheduled: '#7c3aed', assigned: '#2563eb', enroute: '#e08600', delivered: '#0e9f6e', failed: '#dc2626', cancelled: '#a3abb8', returned: '#a1521b',
  },
};
const dark: Palette = {
  ground: '#0e121a', water: '#132536', green: '#12201c', built: '#121722', building: '#1b2230', minor: '#283142', path: '#1b2230', middle: '#344054', major: '#46546e', casing: '#0a0d13', label: '#97a3b6', halo: '#0e121a',
  route: '#a5a0ff', routeDim: '#5d59a6', hub: '#f1f4f9', hubText: '#131722', ring: '#0e121a',
  status: {
    requested: '#94a3b8', scheduled: '#b794ff', assigned: '#6ea8ff', enroute: '#ffb020', delivered: '#34d399', failed: '#ff6b6b', cancelled: '#566072', returned: '#e0965a',
  },
};
export const palette = (isDark: boolean): Palette => (isDark ? dark : light);

const rank = ['coalesce', ['get', 'rank'], 0] as const;
type Paint = Record<string, unknown>;

/** Road layers by rank (see roads.ts): 4 motorway and trunk, 3 primary and secondary, 2 tertiary, 1 streets, 0 paths. */
function roadLayers(p: Palette): LayerSpecification[] {
  const width = (z11: number, z14: number, z18: number) => ['interpolate', ['exponential', 1.5], ['zoom'], 10, z11, 14, z14, 18, z18];
  const road = (id: string, of: number, paint: Paint, minzoom = 0): LayerSpecification =>
    ({
      id, type: 'line', source: 'roads', minzoom, filter: ['==', rank, of],
      layout: { 'line-cap': 'round', 'line-join': 'round' }, paint,
    }) as unknown as LayerSpecification;
  return [
    road('paths', 0, { 'line-color': p.path, 'line-width': width(0.3, 0.9, 3), 'line-opacity': 0.9 }, 13.5),
    road('streets-casing', 1, { 'line-color': p.casing, 'line-width': width(0.5, 3.2, 15) }, 13),
    road('tertiary-casing', 2, { 'line-color': p.casing, 'line-width': width(1, 4.6, 19) }, 11),
    road('main-casing', 3, { 'line-color': p.casing, 'line-width': width(1.8, 6.2, 24) }),
    road('trunk-casing', 4, { 'line-color': p.casing, 'line-width': width(2.4, 7.4, 28) }),
    road('streets', 1, { 'line-color': p.minor, 'line-width': width(0.6, 2.4, 13) }),
    road('tertiary', 2, { 'line-color': p.middle, 'line-width': width(0.7, 3.4, 17) }),
    road('main', 3, { 'line-color': p.major, 'line-width': width(1.2, 4.8, 22) }),
    road('trunk', 4, { 'line-color': p.major, 'line-width': width(1.7, 5.8, 26) }),
  ];
}

function areaLayers(p: Palette): LayerSpecification[] {
  const area = (id: string, kinds: string[], color: string, minzoom = 0): LayerSpecification =>
    ({ id, type: 'fill', source: 'areas', minzoom, filter: ['in', ['get', 'kind'], ['literal', kinds]], paint: { 'fill-color': color, 'fill-antialias': true } }) as unknown as LayerSpecification;
  return [area('built', ['residential', 'industrial'], p.built), area('green', ['wood', 'park'], p.green), area('water', ['water'], p.water), area('buildings', ['building'], p.building, 14)];
}

function labelLayer(p: Palette): LayerSpecification {
  return {
    id: 'road-names', type: 'symbol', source: 'roads', minzoom: 13, filter: ['all', ['has', 'name'], ['>=', rank, 1]],
    layout: {
      'symbol-placement': 'line', 'text-field': ['get', 'name'], 'text-font': ['Inter Variable', 'DejaVu Sans', 'sans-serif'],
      'text-size': ['interpolate', ['linear'], ['zoom'], 13, 10, 17, 13], 'symbol-spacing': 320, 'text-max-angle': 32, 'text-padding': 6,
      'symbol-sort-key': ['-', 0, rank],
    },
    paint: { 'text-color': p.label, 'text-halo-color': p.halo, 'text-halo-width': 1.4 },
  } as unknown as LayerSpecification;
}

export function mapStyle(isDark: boolean): StyleSpecification {
  const p = palette(isDark);
  const empty = { type: 'FeatureCollection' as const, features: [] };
  const color = ['match', ['get', 'status'], ...Object.entries(p.status).flat(), p.status.requested];
  const radius = (z10: number, z14: number, z18: number) => ['interpolate', ['linear'], ['zoom'], 10, z10, 14, z14, 18, z18];
  // What is over stays visible but small: the eye belongs to what is open.
  const bySize = (ended: number, open: number) => ['case', ['get', 'ended'], ended, open];
  const stopRadius = ['interpolate', ['linear'], ['zoom'], 10, bySize(1.6, 2.8), 14, bySize(3.6, 6), 18, bySize(7, 10)];
  return {
    version: 8,
    sources: {
      areas: { type: 'geojson', data: empty, tolerance: 0.5 },
      roads: { type: 'geojson', data: empty, attribution: '© OpenStreetMap contributors', tolerance: 0.4, buffer: 32 },
      routes: { type: 'geojson', data: empty },
      stops: { type: 'geojson', data: empty, promoteId: 'id' },
      hubs: { type: 'geojson', data: empty },
    },
    layers: [
      { id: 'ground', type: 'background', paint: { 'background-color': p.ground } },
      ...areaLayers(p),
      ...roadLayers(p),
      {
        id: 'routes-dim', type: 'line', source: 'routes', filter: ['!', ['get', 'chosen']], layout: { 'line-cap': 'round', 'line-join': 'round' },
        paint: { 'line-color': p.routeDim, 'line-width': 2, 'line-opacity': 0.5 },
      },
      {
        id: 'routes-chosen', type: 'line', source: 'routes', filter: ['get', 'chosen'], layout: { 'line-cap': 'round', 'line-join': 'round' },
        paint: { 'line-color': p.route, 'line-width': ['interpolate', ['linear'], ['zoom'], 11, 3, 16, 6], 'line-opacity': 0.85 },
      },
      labelLayer(p),
      {
        id: 'stops', type: 'circle', source: 'stops', layout: { 'circle-sort-key': ['get', 'order'] },
        paint: {
          'circle-color': color, 'circle-radius': stopRadius, 'circle-stroke-color': p.ring,
          'circle-stroke-width': ['interpolate', ['linear'], ['zoom'], 10, 0.6, 14, 1.5], 'circle-opacity': ['case', ['get', 'ended'], 0.75, 1],
        },
      },
      {
        id: 'stop-late', type: 'circle', source: 'stops', filter: ['get', 'late'],
        paint: { 'circle-color': 'rgba(0,0,0,0)', 'circle-radius': radius(5, 9, 14), 'circle-stroke-color': p.status.failed, 'circle-stroke-width': 1.8 },
      },
      {
        id: 'stop-chosen', type: 'circle', source: 'stops', filter: ['==', ['get', 'id'], ''],
        paint: { 'circle-color': color, 'circle-radius': radius(7, 10, 14), 'circle-stroke-color': p.route, 'circle-stroke-width': 3.5 },
      },
      {
        id: 'hubs', type: 'circle', source: 'hubs',
        paint: { 'circle-color': p.hub, 'circle-radius': radius(5, 9, 14), 'circle-stroke-color': p.ring, 'circle-stroke-width': 2 },
      },
      {
        id: 'hub-names', type: 'symbol', source: 'hubs', minzoom: 11,
        layout: { 'text-field': ['get', 'name'], 'text-font': ['Inter Variable', 'DejaVu Sans', 'sans-serif'], 'text-size': 12, 'text-anchor': 'top', 'text-offset': [0, 1.1] },
        paint: { 'text-color': p.hub, 'text-halo-color': p.halo, 'text-halo-width': 1.6 },
      },
    ] as unknown as LayerSpecification[],
  };
}

import { describe, expect, it } from 'vitest';
import { decodePolyline } from './polyline';
import { gridBox, joined, ranked } from './roads';
import { mapStyle } from './style';

describe('decodePolyline', () => {
  it("decodes the format's published example", () => {
    expect(decodePolyline('_p~iF~ps|U_ulLnnqC_mqNvxq`@')).toEqual([[-120.2, 38.5], [-120.95, 40.7], [-126.453, 43.252]]);
  });
  it('knows other precisions and stops where the text is cut off', () => {
    expect(decodePolyline('_p~iF~ps|U', 6)).toEqual([[-12.02, 3.85]]);
    expect(decodePolyline('_p~iF~ps|U_ulL')).toEqual([[-120.2, 38.5]]);
    expect(decodePolyline('')).toEqual([]);
  });
});

describe('gridBox', () => {
  const view = { west: 13.24, south: 53.54, east: 13.29, north: 53.57 };
  it('covers the view', () => {
    for (const zoom of [7, 12.3, 14, 18]) {
      const [west, south, east, north] = gridBox(view, zoom).split(',').map(Number) as [number, number, number, number];
      expect(west <= view.west && south <= view.south && east >= view.east && north >= view.north).toBe(true);
    }
  });
  it('stays the same over a small move', () => {
    const moved = { west: view.west + 1e-4, south: view.south + 1e-4, east: view.east + 1e-4, north: view.north + 1e-4 };
    expect(gridBox(moved, 14)).toBe(gridBox(view, 14));
  });
});

describe('joined', () => {
  const piece = (name: string, ...coordinates: number[][]) => ({ type: 'Feature' as const, geometry: { type: 'LineString', coordinates }, properties: { class: 'residential', name } });
  it('makes one line of the pieces of a road, whichever way they were drawn', () => {
    const road = joined([piece('A', [2, 0], [3, 0]), piece('A', [1, 0], [0, 0]), piece('A', [1, 0], [2, 0]), piece('B', [0, 0], [0, 1])]);
    expect(road.map((f) => [f.properties.name, f.geometry.coordinates])).toEqual([['A', [[0, 0], [1, 0], [2, 0], [3, 0]]], ['B', [[0, 0], [0, 1]]]]);
  });
  it('loses no piece where a road forks or rings', () => {
    const length = (features: ReturnType<typeof joined>) => features.reduce((sum, f) => sum + (f.geometry.coordinates as number[][]).length - 1, 0);
    const pieces = [piece('A', [0, 0], [1, 0]), piece('A', [1, 0], [2, 0]), piece('A', [1, 0], [1, 1]), piece('A', [5, 5], [6, 5], [6, 6], [5, 5])];
    expect(length(joined(pieces))).toBe(length(pieces));
  });
});

describe('the style', () => {
  it('has the same layers in light and dark, and asks nothing of other hosts', () => {
    const [light, dark] = [mapStyle(false), mapStyle(true)];
    expect(dark.layers.map((layer) => layer.id)).toEqual(light.layers.map((layer) => layer.id));
    expect(JSON.stringify(light)).not.toMatch(/https?:/);
    expect(light.glyphs).toBeUndefined();
  });
  it('ranks roads it knows and takes the others for streets', () => {
    const road = (kind: string) => ({ type: 'Feature' as const, geometry: { type: 'LineString', coordinates: [] }, properties: { class: kind } });
    expect(ranked([road('trunk'), road('residential'), road('footway'), road('busway')]).map((f) => f.properties.rank)).toEqual([4, 1, 0, 1]);
  });
});

import { describe, expect, it } from 'vitest';
import { decodePolyline } from './polyline';
import { gridBox, ranked } from './roads';
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

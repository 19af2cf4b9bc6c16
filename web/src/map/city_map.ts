// The map as the pages use it: streets, routes, stops, hubs in MapLibre; drivers on the overlay. Loaded lazily: it is the largest thing here.
import { Map as GlMap, setWorkerUrl, type GeoJSONSource, type LngLatBoundsLike } from 'maplibre-gl';
import 'maplibre-gl/dist/maplibre-gl.css';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';
import { DriverOverlay } from './driver_overlay';
import { GroundLoader, type Box } from './roads';
import { mapStyle, palette } from './style';

setWorkerUrl(workerUrl);

export interface StopFeature {
  id: string;
  lon: number;
  lat: number;
  status: string;
  ended: boolean;
  late: boolean;
}
export interface RouteLine {
  id: string;
  line: [number, number][];
  chosen: boolean;
}
export interface HubMark {
  name: string;
  lon: number;
  lat: number;
}

export interface CityMapOptions {
  container: HTMLElement;
  dark: boolean;
  bounds: Box;
  label: string;
  interactive?: boolean;
  onStop?: (deliveryId: string) => void;
  onDriver?: (driverId: string) => void;
  onGround?: () => void;
}

const toBounds = (box: Box): LngLatBoundsLike => [[box.west, box.south], [box.east, box.north]];

export class CityMap {
  readonly gl: GlMap;
  readonly drivers: DriverOverlay;
  private readonly ground: GroundLoader;
  private ready = false;
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly options: CityMapOptions) {
    this.ground = new GroundLoader();
    this.gl = new GlMap({
      container: options.container,
      style: mapStyle(options.dark),
      bounds: toBounds(options.bounds),
      fitBoundsOptions: { padding: 40, animate: false },
      attributionControl: { compact: false },
      interactive: options.interactive ?? true,
      dragRotate: false,
      pitchWithRotate: false,
      fadeDuration: 0,
      maxZoom: 19,
    });
    this.gl.touchZoomRotate?.disableRotation();
    const canvas = this.gl.getCanvas();
    canvas.setAttribute('aria-label', options.label);
    if (options.interactive === false) canvas.tabIndex = -1;
    this.drivers = new DriverOverlay(this.gl, palette(options.dark));
    this.gl.once('load', () => {
      this.ready = true;
      for (const task of this.waiting.splice(0)) task();
      void this.loadGround();
    });
    this.gl.on('moveend', () => void this.loadGround());
    this.gl.on('click', (event) => this.click(event.point.x, event.point.y));
    this.gl.on('mousemove', (event) => {
      canvas.style.cursor = this.hit(event.point.x, event.point.y) ? 'pointer' : '';
    });
  }

  private hit(x: number, y: number): { driver?: string; stop?: string } | null {
    const driver = this.options.onDriver ? this.drivers.pick(x, y) : null;
    if (driver) return { driver };
    if (!this.ready || !this.options.onStop) return null;
    const reach = 7;
    const found = this.gl.queryRenderedFeatures([[x - reach, y - reach], [x + reach, y + reach]], { layers: ['stops'] });
    const stop = found[0]?.properties.id;
    return typeof stop === 'string' ? { stop } : null;
  }

  private click(x: number, y: number): void {
    const found = this.hit(x, y);
    if (found?.driver) this.options.onDriver?.(found.driver);
    else if (found?.stop) this.options.onStop?.(found.stop);
    else this.options.onGround?.();
  }

  private whenReady(task: () => void): void {
    if (this.ready) task();
    else this.waiting.push(task);
  }

  private source(id: string): GeoJSONSource {
    return this.gl.getSource(id) as GeoJSONSource;
  }

  private async loadGround(): Promise<void> {
    const view = this.gl.getBounds();
    const box = { west: view.getWest(), south: view.getSouth(), east: view.getEast(), north: view.getNorth() };
    const ground = await this.ground.load(box, this.gl.getZoom());
    if (!ground) return;
    void this.source('roads').setData({ type: 'FeatureCollection', features: ground.roads } as never);
    void this.source('areas').setData({ type: 'FeatureCollection', features: ground.areas } as never);
  }

  setStops(stops: Iterable<StopFeature>): void {
    const features = [...stops].map(pointOf);
    this.whenReady(() => void this.source('stops').setData({ type: 'FeatureCollection', features } as never));
  }

  /** Only what changed goes to the worker: at 20,000 stops a full set would stall the map on every event. */
  updateStops(changed: StopFeature[], removed: string[]): void {
    this.whenReady(() => void this.source('stops').updateData({ add: changed.map(pointOf) as never, remove: removed }));
  }

  setRoutes(routes: RouteLine[]): void {
    const features = routes.map(({ id, line, chosen }) => ({ type: 'Feature', properties: { id, chosen }, geometry: { type: 'LineString', coordinates: line } }));
    this.whenReady(() => void this.source('routes').setData({ type: 'FeatureCollection', features } as never));
  }

  setHubs(hubs: HubMark[]): void {
    const features = hubs.map(({ name, lon, lat }) => ({ type: 'Feature', properties: { name }, geometry: { type: 'Point', coordinates: [lon, lat] } }));
    this.whenReady(() => void this.source('hubs').setData({ type: 'FeatureCollection', features } as never));
  }

  chooseStop(deliveryId: string | null): void {
    this.whenReady(() => this.gl.setFilter('stop-chosen', ['==', ['get', 'id'], deliveryId ?? '']));
  }

  /** Paints are set one by one: replacing the style would drop the data. */
  setDark(dark: boolean): void {
    this.whenReady(() => {
      for (const layer of mapStyle(dark).layers) {
        for (const [name, value] of Object.entries(layer.paint ?? {})) this.gl.setPaintProperty(layer.id, name as never, value as never);
      }
    });
    this.drivers.setColors(palette(dark));
  }

  fit(box: Box, padding: { top: number; bottom: number; left: number; right: number }, maxZoom = 15.5): void {
    this.gl.fitBounds(toBounds(box), { padding, maxZoom, duration: reduced() ? 0 : 700 });
  }

  /** Brings a place into the part of the map that a panel of `right` pixels leaves free; without a place only makes room. */
  show(place: { lon: number; lat: number } | null, right: number): void {
    this.gl.easeTo({
      padding: { top: 0, bottom: 0, left: 0, right }, duration: reduced() ? 0 : 600,
      ...(place ? { center: [place.lon, place.lat] as [number, number], zoom: Math.max(this.gl.getZoom(), 13.6) } : {}),
    });
  }

  zoomBy(levels: number): void {
    this.gl.zoomTo(this.gl.getZoom() + levels, { duration: reduced() ? 0 : 200 });
  }

  remove(): void {
    this.drivers.remove();
    this.gl.remove();
  }
}

const reduced = () => matchMedia('(prefers-reduced-motion: reduce)').matches;

function pointOf({ id, lon, lat, status, ended, late }: StopFeature) {
  return { type: 'Feature', properties: { id, status, ended, late, order: ended ? 0 : late ? 2 : 1 }, geometry: { type: 'Point', coordinates: [lon, lat] } };
}

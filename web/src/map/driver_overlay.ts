// Drivers are drawn on a canvas above the map, not in it: moving two thousand of them costs a few milliseconds a frame and never redraws the streets.
import type { Map as GlMap } from 'maplibre-gl';
import { Motion } from '../live/motion';
import type { Palette } from './style';

export interface DriverMark {
  name: string;
  status: string;
}

const size = 34;

export class DriverOverlay {
  readonly motion: Motion;
  private readonly canvas = document.createElement('canvas');
  private readonly pen: CanvasRenderingContext2D;
  private sprites = new Map<string, HTMLCanvasElement>();
  private frame = 0;
  private chosen: string | null = null;
  private marks = new Map<string, DriverMark>();

  constructor(
    private readonly map: GlMap,
    private colors: Palette,
  ) {
    const still = matchMedia('(prefers-reduced-motion: reduce)');
    this.motion = new Motion(() => still.matches);
    this.canvas.className = 'driver-overlay';
    this.canvas.setAttribute('aria-hidden', 'true');
    this.pen = this.canvas.getContext('2d') as CanvasRenderingContext2D;
    map.getCanvasContainer().append(this.canvas);
    map.on('move', () => this.draw());
    map.on('resize', () => this.resize());
    this.resize();
  }

  setMarks(marks: Map<string, DriverMark>): void {
    this.marks = marks;
    this.start();
  }

  setColors(colors: Palette): void {
    this.colors = colors;
    this.sprites = new Map();
    this.draw();
  }

  choose(driverId: string | null): void {
    this.chosen = driverId;
    this.draw();
  }

  /** Called after new fixes: runs until everybody stands. */
  start(): void {
    if (!this.frame) this.frame = requestAnimationFrame(this.tick);
  }

  /** The driver under a point of the map, if any. */
  pick(x: number, y: number): string | null {
    let best: string | null = null;
    let nearest = 18;
    const now = performance.now();
    for (const id of this.motion.ids()) {
      const pose = this.motion.pose(id, now);
      if (!pose) continue;
      const point = this.map.project([pose.lon, pose.lat]);
      const away = Math.hypot(point.x - x, point.y - y);
      if (away < nearest) { nearest = away; best = id; }
    }
    return best;
  }

  remove(): void {
    cancelAnimationFrame(this.frame);
    this.canvas.remove();
  }

  private readonly tick = (): void => {
    this.frame = 0;
    this.draw();
    if (this.motion.moving(performance.now())) this.start();
  };

  private resize(): void {
    const { clientWidth, clientHeight } = this.map.getContainer();
    this.canvas.width = clientWidth * devicePixelRatio;
    this.canvas.height = clientHeight * devicePixelRatio;
    this.canvas.style.width = `${clientWidth}px`;
    this.canvas.style.height = `${clientHeight}px`;
    this.draw();
  }

  private draw(): void {
    const { pen, canvas } = this;
    const now = performance.now();
    const width = canvas.width / devicePixelRatio;
    const height = canvas.height / devicePixelRatio;
    pen.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    pen.clearRect(0, 0, width, height);
    const zoom = this.map.getZoom();
    const scale = zoom < 11 ? 0.55 : zoom < 13 ? 0.75 : 1;
    for (const id of this.motion.ids()) {
      const pose = this.motion.pose(id, now);
      if (!pose) continue;
      const { x, y } = this.map.project([pose.lon, pose.lat]);
      if (x < -size || y < -size || x > width + size || y > height + size) continue;
      const mark = this.marks.get(id);
      const chosen = id === this.chosen;
      pen.save();
      pen.translate(x, y);
      pen.rotate(((pose.heading - this.map.getBearing()) * Math.PI) / 180);
      const side = size * scale * (chosen ? 1.25 : 1);
      pen.drawImage(this.sprite(mark?.status ?? 'offline', chosen), -side / 2, -side / 2, side, side);
      pen.restore();
      if (mark && (chosen || zoom >= 14.2)) this.name(mark.name, x, y + side / 2 + 2, chosen);
    }
  }

  private name(text: string, x: number, y: number, chosen: boolean): void {
    const { pen } = this;
    pen.font = "600 11px 'Inter Variable', sans-serif";
    pen.textAlign = 'center';
    pen.textBaseline = 'top';
    pen.lineWidth = 3.5;
    pen.lineJoin = 'round';
    pen.strokeStyle = this.colors.halo;
    pen.fillStyle = chosen ? this.colors.route : this.colors.hub;
    pen.strokeText(text, x, y);
    pen.fillText(text, x, y);
  }

  /** A disc with a nose in the direction of travel; grey when the driver is off, amber on a break. */
  private sprite(status: string, chosen: boolean): HTMLCanvasElement {
    const key = `${status}/${chosen}`;
    const known = this.sprites.get(key);
    if (known) return known;
    const canvas = document.createElement('canvas');
    canvas.width = canvas.height = size * 3;
    const pen = canvas.getContext('2d') as CanvasRenderingContext2D;
    pen.scale(3, 3);
    pen.translate(size / 2, size / 2);
    const active = status === 'on_shift' || status === 'available';
    const fill = active ? this.colors.route : status === 'break' ? (this.colors.status.enroute ?? this.colors.route) : (this.colors.status.cancelled ?? '#888');
    pen.shadowColor = 'rgba(0,0,0,.35)';
    pen.shadowBlur = 9;
    pen.shadowOffsetY = 3;
    pen.beginPath();
    pen.moveTo(0, -14.5);
    pen.lineTo(6.6, -7.2);
    pen.arc(0, 0, 9.8, -0.83, Math.PI + 0.83);
    pen.lineTo(0, -14.5);
    pen.closePath();
    pen.fillStyle = chosen ? this.colors.hub : fill;
    pen.fill();
    pen.shadowColor = 'transparent';
    pen.lineWidth = 2;
    pen.strokeStyle = this.colors.ring;
    pen.stroke();
    pen.beginPath();
    pen.arc(0, 0, 3.6, 0, 2 * Math.PI);
    pen.fillStyle = this.colors.ring;
    pen.fill();
    this.sprites.set(key, canvas);
    return canvas;
  }
}

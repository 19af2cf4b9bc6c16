// Drivers glide: between two fixes they move evenly, over about the time that lay between the fixes. Pure arithmetic; the page gives the time.
import type { Position } from './world';

export interface Pose {
  lat: number;
  lon: number;
  heading: number;
}

interface Glide {
  from: Pose;
  to: Pose;
  begun: number;
  lasts: number;
}

/** A fix further off than this is shown at once: gliding through half a city would be a lie. */
const jumpMetres = 1500;
const metresPerDegree = 111_195;

export function distance(a: { lat: number; lon: number }, b: { lat: number; lon: number }): number {
  const dLat = (b.lat - a.lat) * metresPerDegree;
  const dLon = (b.lon - a.lon) * metresPerDegree * Math.cos((a.lat * Math.PI) / 180);
  return Math.hypot(dLat, dLon);
}

function bearing(a: Pose, b: Position): number {
  const dLon = (b.lon - a.lon) * Math.cos((a.lat * Math.PI) / 180);
  return (Math.atan2(dLon, b.lat - a.lat) * 180) / Math.PI;
}

export class Motion {
  private readonly glides = new Map<string, Glide>();
  private readonly heard = new Map<string, number>();

  /** `still`: the reader wants no motion (prefers-reduced-motion). */
  constructor(private readonly still: () => boolean = () => false) {}

  move(position: Position, now: number): void {
    const before = this.glides.get(position.driver_id);
    const here = before ? this.at(before, now) : null;
    const moved = here ? distance(here, position) : Infinity;
    const heading = position.heading ?? (here && moved > 3 && moved < jumpMetres ? bearing(here, position) : (here?.heading ?? 0));
    const to = { lat: position.lat, lon: position.lon, heading };
    const gap = now - (this.heard.get(position.driver_id) ?? now);
    this.heard.set(position.driver_id, now);
    const jump = !here || moved > jumpMetres || this.still();
    // A little longer than the gap, so that the next fix comes before the driver stands still.
    const lasts = jump ? 0 : Math.min(6000, Math.max(400, gap * 1.15));
    this.glides.set(position.driver_id, { from: here && !jump ? here : to, to, begun: now, lasts });
  }

  pose(driverId: string, now: number): Pose | null {
    const glide = this.glides.get(driverId);
    return glide ? this.at(glide, now) : null;
  }

  ids(): IterableIterator<string> {
    return this.glides.keys();
  }

  moving(now: number): boolean {
    for (const glide of this.glides.values()) if (now < glide.begun + glide.lasts) return true;
    return false;
  }

  clear(): void {
    this.glides.clear();
    this.heard.clear();
  }

  private at(glide: Glide, now: number): Pose {
    const done = glide.lasts > 0 ? Math.min(1, Math.max(0, (now - glide.begun) / glide.lasts)) : 1;
    // The short way round: from 350° to 10° are 20°, not 340°.
    const turn = ((((glide.to.heading - glide.from.heading) % 360) + 540) % 360) - 180;
    return {
      lat: glide.from.lat + (glide.to.lat - glide.from.lat) * done,
      lon: glide.from.lon + (glide.to.lon - glide.from.lon) * done,
      heading: glide.from.heading + turn * Math.min(1, done * 3),
    };
  }
}

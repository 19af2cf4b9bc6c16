// What the console knows, and how an event changes it. No page, no clock, no network in here: the tests play events into it.
import type { Assignment, Delivery, Driver, Exception, Hub, Location } from '../api/client';

/** An event of the log, as every stream carries it. `data` holds the public fields of what changed. */
export interface OpsEvent {
  id?: string;
  type: string;
  sequence?: number;
  timestamp?: string;
  delivery_id?: string | null;
  assignment_id?: string | null;
  driver_id?: string | null;
  data?: Record<string, unknown> | null;
}

export interface Position {
  driver_id: string;
  lat: number;
  lon: number;
  heading?: number | null;
  speed?: number | null;
  at?: string | null;
}

/** What an event made doubtful and only the API can tell. */
export interface Doubt {
  delivery?: string;
  assignment?: string;
  exceptions?: boolean;
  drivers?: boolean;
  hubs?: boolean;
}

export const statuses = ['requested', 'scheduled', 'assigned', 'enroute', 'delivered', 'failed', 'cancelled', 'returned'] as const;
export type Status = (typeof statuses)[number];
const ended = new Set<string>(['delivered', 'failed', 'cancelled', 'returned']);

export const isOpen = (delivery: Delivery): boolean => !ended.has(delivery.status);
export const etaOf = (delivery: Delivery): string | null => delivery.live?.eta ?? delivery.assignment?.eta ?? null;
/** Where it goes. The server keeps the place beside the address; a caller's own may lie in it. */
export const goalOf = (delivery: Delivery | undefined): Location | null => delivery?.dropoff?.location ?? delivery?.dropoff?.address?.location ?? null;
export const assignmentId = (assignment: Assignment): string => assignment.assignment_id ?? assignment.id ?? '';

/** Seconds after the end of the promised window (negative: to spare); null where there is no promise or no forecast, or it is over. */
export function lateness(delivery: Delivery): number | null {
  const eta = etaOf(delivery);
  const end = delivery.dropoff?.window?.to;
  if (!eta || !end || !isOpen(delivery)) return null;
  return (Date.parse(eta) - Date.parse(end)) / 1000;
}

export interface Kpis {
  all: number;
  open: number;
  byStatus: Record<string, number>;
  late: number;
  /** Of the open ones with a promise and a forecast, in percent; null when there is none. */
  onTimePct: number | null;
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

export class World {
  readonly deliveries = new Map<string, Delivery>();
  readonly drivers = new Map<string, Driver>();
  readonly hubs = new Map<string, Hub>();
  readonly assignments = new Map<string, Assignment>();
  readonly exceptions = new Map<string, Exception>();
  readonly positions = new Map<string, Position>();
  /** Deliveries that changed since the map last asked. */
  readonly changed = new Set<string>();

  putDelivery(delivery: Delivery): void {
    const before = this.deliveries.get(delivery.id);
    if (before?.version !== undefined && delivery.version !== undefined && delivery.version < before.version) return;
    this.deliveries.set(delivery.id, delivery);
    this.changed.add(delivery.id);
  }

  putDriver(driver: Driver): void {
    this.drivers.set(driver.id, driver);
    if (driver.location && !this.positions.has(driver.id)) {
      this.positions.set(driver.id, { driver_id: driver.id, lat: driver.location.lat, lon: driver.location.lon, at: driver.location.timestamp });
    }
  }

  putAssignment(assignment: Assignment): void {
    this.assignments.set(assignmentId(assignment), assignment);
  }

  /** Answers the positions that are news. An older one than known (network reordering) is dropped. */
  applyPositions(positions: Position[]): Position[] {
    return positions.filter((position) => {
      const known = this.positions.get(position.driver_id);
      if (known?.at && position.at && Date.parse(position.at) < Date.parse(known.at)) return false;
      this.positions.set(position.driver_id, position);
      return true;
    });
  }

  /** Shows at once what the event itself says; answers what has to be read again. */
  apply(event: OpsEvent): Doubt {
    const noun = event.type.split('.', 1)[0] ?? '';
    const data = event.data ?? {};
    const doubt: Doubt = {};
    if (event.delivery_id && ['delivery', 'leg', 'package', 'stop', 'pod', 'booking', 'exception'].includes(noun)) {
      doubt.delivery = event.delivery_id;
      if (noun === 'delivery') this.patchDelivery(event.delivery_id, data);
      if (noun === 'stop') this.patchEta(event.delivery_id, data);
    }
    if (event.assignment_id && ['assignment', 'stop'].includes(noun)) doubt.assignment = event.assignment_id;
    if (noun === 'exception') doubt.exceptions = true;
    if (event.driver_id && noun === 'driver') {
      const driver = this.drivers.get(event.driver_id);
      const status = text(data.status);
      if (driver && status) this.drivers.set(driver.id, { ...driver, status: status as Driver['status'] });
      else doubt.drivers = true;
    }
    if (noun === 'hub') doubt.hubs = true;
    return doubt;
  }

  private patchDelivery(id: string, data: Record<string, unknown>): void {
    const known = this.deliveries.get(id);
    const status = text(data.status);
    if (!known || !status) return;
    this.deliveries.set(id, {
      ...known,
      status: status as Delivery['status'],
      phase: (text(data.phase) as Delivery['phase']) ?? (status === known.status ? known.phase : undefined),
      status_text: text(data.status_text) ?? (status === known.status ? known.status_text : ''),
    });
    this.changed.add(id);
  }

  private patchEta(id: string, data: Record<string, unknown>): void {
    const known = this.deliveries.get(id);
    const eta = text(data.eta);
    if (!known || !eta) return;
    this.deliveries.set(id, { ...known, assignment: known.assignment ? { ...known.assignment, eta } : known.assignment, live: known.live ? { ...known.live, eta } : known.live });
  }

  kpis(): Kpis {
    const byStatus: Record<string, number> = {};
    let open = 0, late = 0, judged = 0;
    for (const delivery of this.deliveries.values()) {
      byStatus[delivery.status] = (byStatus[delivery.status] ?? 0) + 1;
      if (!isOpen(delivery)) continue;
      open++;
      const over = lateness(delivery);
      if (over === null) continue;
      judged++;
      if (over > 0) late++;
    }
    return { all: this.deliveries.size, open, byStatus, late, onTimePct: judged ? Math.round((100 * (judged - late)) / judged) : null };
  }

  clear(): void {
    for (const part of [this.deliveries, this.drivers, this.hubs, this.assignments, this.exceptions, this.positions, this.changed]) part.clear();
  }
}

// Search, filter and order of the list of deliveries; the part of it that belongs in the URL.
import type { Address, Delivery } from '../api/client';
import { etaOf, lateness, statuses, type World } from './world';

export type Sort = 'eta' | 'newest' | 'status';
export interface Filter {
  text: string;
  status: string | null;
  late: boolean;
  sort: Sort;
}
export const everything: Filter = { text: '', status: null, late: false, sort: 'eta' };

export function readFilter(query: string): Filter {
  const params = new URLSearchParams(query);
  const status = params.get('status');
  const sort = params.get('sort');
  return {
    text: params.get('q') ?? '',
    status: status && (statuses as readonly string[]).includes(status) ? status : null,
    late: params.get('late') === '1',
    sort: sort === 'newest' || sort === 'status' ? sort : 'eta',
  };
}

export function writeFilter(filter: Filter, query: string): string {
  const params = new URLSearchParams(query);
  const put = (name: string, value: string) => (value ? params.set(name, value) : params.delete(name));
  put('q', filter.text);
  put('status', filter.status ?? '');
  put('late', filter.late ? '1' : '');
  put('sort', filter.sort === 'eta' ? '' : filter.sort);
  return params.toString();
}

export function addressLine(address: Address | null | undefined): string {
  if (!address) return '';
  if (address.line1) return address.line1;
  if (address.text) return address.text.split(',')[0] ?? address.text;
  return address.location ? `${address.location.lat.toFixed(5)}, ${address.location.lon.toFixed(5)}` : '';
}

export function addressPlace(address: Address | null | undefined): string {
  if (!address) return '';
  if (address.line1) return [address.postal_code, address.city].filter(Boolean).join(' ');
  return address.text?.split(',').slice(1).join(',').trim() ?? '';
}

export const title = (delivery: Delivery): string =>
  delivery.dropoff?.recipient?.name || addressLine(delivery.dropoff?.address) || delivery.order_id || delivery.source_id || delivery.id;

const folded = (value: string): string => value.normalize('NFD').replace(/\p{Diacritic}/gu, '').replaceAll('ß', 'ss').toLowerCase();

/** Records are replaced, never changed: what was folded once stays true as long as the record lives. */
const folds = new WeakMap<Delivery, string>();

function haystack(delivery: Delivery): string {
  let hay = folds.get(delivery);
  if (hay === undefined) {
    hay = folded([
      title(delivery), addressLine(delivery.dropoff?.address), addressPlace(delivery.dropoff?.address), delivery.id, delivery.order_id,
      delivery.source_id, delivery.tracking_number,
    ].filter(Boolean).join('\n'));
    folds.set(delivery, hay);
  }
  return hay;
}

/** Deliveries that fit, in order. Every word of the text must be found somewhere. */
export function select(world: World, filter: Filter): Delivery[] {
  const words = folded(filter.text).split(/\s+/).filter(Boolean);
  const drivers = new Map(words.length > 0 ? [...world.drivers.values()].map((driver) => [driver.id, folded(driver.name ?? '')]) : []);
  const rows: Delivery[] = [];
  for (const delivery of world.deliveries.values()) {
    if (filter.status && delivery.status !== filter.status) continue;
    if (filter.late && !((lateness(delivery) ?? 0) > 0)) continue;
    if (words.length > 0) {
      const hay = haystack(delivery);
      const driver = drivers.get(delivery.assignment?.driver_id ?? '') ?? '';
      if (!words.every((word) => hay.includes(word) || driver.includes(word))) continue;
    }
    rows.push(delivery);
  }
  return rows.sort(orders[filter.sort]);
}

const urgency: Record<string, number> = { enroute: 0, assigned: 1, scheduled: 2, requested: 3, failed: 4, delivered: 5, returned: 6, cancelled: 7 };
const newest = (a: Delivery, b: Delivery) => (a.id < b.id ? 1 : a.id > b.id ? -1 : 0);
/** Ended deliveries stand after the open ones, whatever their ETA was. */
const ended = (delivery: Delivery) => ((urgency[delivery.status] ?? 3) >= 4 ? 1 : 0);
const due = (delivery: Delivery) => etaOf(delivery) ?? delivery.dropoff?.window?.to ?? '9999';
const byText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

const orders: Record<Sort, (a: Delivery, b: Delivery) => number> = {
  newest,
  eta: (a, b) => ended(a) - ended(b) || byText(due(a), due(b)) || newest(a, b),
  status: (a, b) => (urgency[a.status] ?? 9) - (urgency[b.status] ?? 9) || byText(due(a), due(b)) || newest(a, b),
};

import { describe, expect, it } from 'vitest';
import type { Delivery, Driver } from '../api/client';
import { everything, readFilter, select, writeFilter } from './board';
import { World } from './world';

function world(): World {
  const w = new World();
  w.putDriver({ id: 'drv_1', name: 'Aylin Demir' } as Driver);
  const row = (id: string, status: string, name: string, line1: string, eta?: string): Delivery => ({
    id, status, dropoff: { recipient: { name }, address: { line1, city: 'Neubrandenburg' }, window: { from: '2025-09-01T08:00:00Z', to: '2025-09-01T09:00:00Z' } },
    assignment: eta ? { eta, driver_id: 'drv_1' } : null,
  }) as Delivery;
  w.putDelivery(row('dlv_1', 'delivered', 'Jürgen Groß', 'Turmstraße 5', '2025-09-01T07:00:00Z'));
  w.putDelivery(row('dlv_2', 'enroute', 'Ida Weber', 'Ringstraße 1', '2025-09-01T09:30:00Z'));
  w.putDelivery(row('dlv_3', 'enroute', 'Theo Lang', 'Am Wall 3', '2025-09-01T08:30:00Z'));
  w.putDelivery(row('dlv_4', 'requested', 'Mia Lang', 'Am Wall 9'));
  return w;
}
const ids = (filter: Partial<typeof everything>) => select(world(), { ...everything, ...filter }).map((d) => d.id);

describe('select', () => {
  it('puts what is due next first and what is over last', () => expect(ids({})).toEqual(['dlv_3', 'dlv_4', 'dlv_2', 'dlv_1']));
  it('sorts by status and by age', () => {
    expect(ids({ sort: 'status' })).toEqual(['dlv_3', 'dlv_2', 'dlv_4', 'dlv_1']);
    expect(ids({ sort: 'newest' })).toEqual(['dlv_4', 'dlv_3', 'dlv_2', 'dlv_1']);
  });
  it('finds without accents and with ss for ß, all words, also the driver', () => {
    expect(ids({ text: 'jurgen' })).toEqual(['dlv_1']);
    expect(ids({ text: 'TURMSTRASSE' })).toEqual(['dlv_1']);
    expect(ids({ text: 'lang wall 3' })).toEqual(['dlv_3']);
    expect(ids({ text: 'demir', status: 'enroute' })).toEqual(['dlv_3', 'dlv_2']);
    expect(ids({ text: 'lang nowhere' })).toEqual([]);
  });
  it('filters what is late', () => expect(ids({ late: true })).toEqual(['dlv_2']));
});

describe('the filter in the URL', () => {
  it('comes back as it went, and leaves foreign parameters alone', () => {
    const filter = { text: 'a b&c', status: 'failed', late: true, sort: 'status' as const };
    const query = writeFilter(filter, 'keep=1');
    expect(readFilter(query)).toEqual(filter);
    expect(writeFilter(everything, query)).toBe('keep=1');
  });
  it('ignores what it does not know', () => expect(readFilter('status=nonsense&sort=zigzag')).toEqual(everything));
});

import { describe, expect, it } from 'vitest';
import type { Delivery } from '../api/client';
import { lateness, World } from './world';

/** As much of a record as the test is about. */
const delivery = (id: string, over: object = {}): Delivery => ({ id, version: 3, status: 'assigned', assignment: {}, ...over }) as unknown as Delivery;
const promised = { window: { from: '2025-09-01T08:00:00Z', to: '2025-09-01T10:00:00Z' } };

describe('World', () => {
  it('shows the status of an event at once and doubts the rest', () => {
    const world = new World();
    world.putDelivery(delivery('dlv_1', { phase: 'none', status_text: 'Assigned' }));
    world.changed.clear();
    const doubt = world.apply({ type: 'delivery.enroute', delivery_id: 'dlv_1', data: { status: 'enroute', phase: 'moving' } });
    expect(world.deliveries.get('dlv_1')).toMatchObject({ status: 'enroute', phase: 'moving', status_text: '' });
    expect(doubt).toEqual({ delivery: 'dlv_1' });
    expect([...world.changed]).toEqual(['dlv_1']);
  });

  it('asks for a delivery that it has never seen', () => {
    const world = new World();
    expect(world.apply({ type: 'delivery.created', delivery_id: 'dlv_9', data: { status: 'requested' } })).toEqual({ delivery: 'dlv_9' });
    expect(world.deliveries.size).toBe(0);
  });

  it('does not let a slow answer overwrite a newer record', () => {
    const world = new World();
    world.putDelivery(delivery('dlv_1', { version: 5, status: 'delivered' }));
    world.putDelivery(delivery('dlv_1', { version: 4, status: 'enroute' }));
    expect(world.deliveries.get('dlv_1')?.status).toBe('delivered');
    world.putDelivery(delivery('dlv_1', { version: 5, status: 'delivered', order_id: 'again' }));
    expect(world.deliveries.get('dlv_1')?.order_id).toBe('again');
  });

  it('moves the ETA with stop events, and doubts delivery and assignment', () => {
    const world = new World();
    world.putDelivery(delivery('dlv_1', { live: { eta: '2025-09-01T09:00:00Z' } }));
    const doubt = world.apply({ type: 'stop.eta_changed', delivery_id: 'dlv_1', assignment_id: 'asg_1', data: { eta: '2025-09-01T09:30:00Z' } });
    expect(world.deliveries.get('dlv_1')?.live?.eta).toBe('2025-09-01T09:30:00Z');
    expect(doubt).toEqual({ delivery: 'dlv_1', assignment: 'asg_1' });
  });

  it('drops positions that are older than the known one', () => {
    const world = new World();
    const fix = (at: string, lat: number) => ({ driver_id: 'drv_1', lat, lon: 13, at });
    expect(world.applyPositions([fix('2025-09-01T09:00:05Z', 53.5)])).toHaveLength(1);
    expect(world.applyPositions([fix('2025-09-01T09:00:01Z', 53.4)])).toHaveLength(0);
    expect(world.positions.get('drv_1')?.lat).toBe(53.5);
  });

  it('counts what is open, late and on time', () => {
    const world = new World();
    world.putDelivery(delivery('a', { status: 'enroute', dropoff: promised, assignment: { eta: '2025-09-01T10:05:00Z' } }));
    world.putDelivery(delivery('b', { status: 'enroute', dropoff: promised, assignment: { eta: '2025-09-01T09:05:00Z' } }));
    world.putDelivery(delivery('c', { status: 'requested', dropoff: promised }));
    world.putDelivery(delivery('d', { status: 'delivered', dropoff: promised, assignment: { eta: '2025-09-01T11:00:00Z' } }));
    expect(world.kpis()).toMatchObject({ all: 4, open: 3, late: 1, onTimePct: 50, byStatus: { enroute: 2, requested: 1, delivered: 1 } });
    expect(lateness(world.deliveries.get('a') as Delivery)).toBe(300);
    expect(lateness(world.deliveries.get('d') as Delivery)).toBeNull();
  });
});

// Delivery slots: templates by an area's wall clock, what is left, holds that run out, capacity under a crowd, a delivery's slot.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import Ajv from 'ajv/dist/2020.js';
import { judgeEvents } from '../harness/events.mjs';
import { Server } from '../harness/server.mjs';
import { stores } from '../harness/postgres.mjs';

const { postgres, list } = await stores();
after(() => postgres.stop());
const place = { lat: 53.5572, lon: 13.2611 };
const week = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];

// PostgreSQL first: there several connections race, here one writer serves all.
for (const [name, db] of (await list()).reverse()) {
  describe(`slots on ${name}`, () => {
    let server, ops, hub, area;

    before(async () => {
      server = await Server.start({ db });
      ops = await server.client({ partition: 'test' });
      hub = await ops.expect(201, 'POST', '/hubs', { name: 'Hub', address: { line1: 'Am Hafen 1', location: { lat: 53.55, lon: 13.26 } } });
      area = await ops.expect(201, 'POST', '/areas', { name: 'town', time_zone: 'Europe/Berlin', geometry: { type: 'Polygon', coordinates: [[[13.2, 53.5], [13.3, 53.5], [13.3, 53.6], [13.2, 53.6], [13.2, 53.5]]] } });
    });
    after(() => server?.stop());

    const template = (more = {}) => ops.expect(201, 'POST', '/slots/templates', { area_id: area.id, weekdays: week, from: '09:00', to: '12:00', capacity: 2, ...more });
    const open = async (query = '') => (await ops.expect(200, 'GET', `/slots/availability?area_id=${area.id}${query}`)).data;
    const slotsOf = async (one, query = '') => (await open(query)).filter((s) => s.template_id === one.id);
    const reserve = (slot, more = {}) => ops.expect(201, 'POST', '/slots/reserve', { slot_id: slot.slot_id, ...more });
    const get = (id) => ops.expect(200, 'GET', `/slots/reservations/${id}`);
    const remove = (one) => ops.expect(204, 'DELETE', `/slots/templates/${one.id}`);
    const delivery = (more = {}) => ({ packages: [{ weight: 1000 }], pickup: { hub_id: hub.id }, dropoff: { address: { line1: 'Turmstraße 1', location: place }, recipient: { name: 'Jane Doe' } }, ...more });
    const create = (more = {}) => ops.expect(201, 'POST', '/deliveries', delivery(more));

    test('templates: made, changed, listed, deleted, and what is wrong is named', async () => {
      const one = await template({ cutoff_s: 7200 });
      assert.equal(one.template_id, one.id);
      const changed = await ops.expect(200, 'PATCH', `/slots/templates/${one.id}`, { capacity: 5, cutoff_s: null });
      assert.deepEqual([changed.capacity, changed.cutoff_s, changed.version], [5, undefined, 2]);
      assert.equal((await ops.expect(200, 'GET', `/slots/templates?area_id=${area.id}`)).data.length, 1);
      const wrong = await ops.post('/slots/templates', { area_id: 'are_00000000000000000000000001', weekdays: ['monday'], from: '09:00', to: '10:00', capacity: 1 });
      assert.deepEqual([wrong.status, wrong.body.errors[0].pointer], [422, '#/area_id']);
      const backwards = await ops.patch(`/slots/templates/${one.id}`, { to: '08:00' });
      assert.deepEqual([backwards.status, backwards.body.errors[0].pointer], [422, '#/to']);
      const used = await ops.delete(`/areas/${area.id}`);
      assert.deepEqual([used.status, used.body.used_by[0].id], [409, one.id]);
      await remove(one);
      assert.equal((await ops.get(`/slots/templates/${one.id}`)).status, 404);
      assert.deepEqual(await open(), []);
    });

    test('availability: by area, by place, and until the cut-off', async () => {
      const one = await template({ cutoff_s: 3600 });
      const all = await slotsOf(one);
      assert.ok(all.length >= 6 && all.length <= 8, 'a week of days');
      for (const slot of all) {
        assert.equal(new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone: 'Europe/Berlin' }).format(new Date(slot.window.from)), '09:00');
        assert.equal(Date.parse(slot.window.from) - Date.parse(slot.cutoff_at), 3600_000);
        assert.deepEqual([slot.left, slot.capacity], [2, 2]);
      }
      const there = await ops.expect(200, 'GET', `/slots/availability?lat=${place.lat}&lon=${place.lon}`);
      assert.deepEqual([there.area_id, there.data.length, there.reachability], [area.id, all.length, 'not_checked']);
      const nowhere = await ops.expect(200, 'GET', '/slots/availability?lat=10&lon=10');
      assert.deepEqual([nowhere.area_id, nowhere.data], [undefined, []]);
      assert.deepEqual(await slotsOf(one, '&service_level=express'), []);
      const long = await ops.get(`/slots/availability?area_id=${area.id}&to=2099-01-01T00:00:00Z`);
      assert.deepEqual([long.status, long.body.errors[0].pointer], [422, '#/query/to']);
      await ops.expect(200, 'POST', '/sandbox/clock', { to: all[0].cutoff_at });
      const closed = await ops.post('/slots/reserve', { slot_id: all[0].slot_id });
      assert.deepEqual([closed.status, closed.body.code], [409, 'slot_closed']);
      assert.equal((await slotsOf(one))[0].slot_id, all[1].slot_id);
      await remove(one);
    });

    test('a hold that runs out is free at once, by the partition\'s clock', async () => {
      const one = await template({ capacity: 1 });
      const slot = (await slotsOf(one)).at(-1);
      const first = await reserve(slot, { order_id: 'ord_1' });
      assert.equal(first.status, 'held');
      const full = await ops.post('/slots/reserve', { slot_id: slot.slot_id });
      assert.deepEqual([full.status, full.body.code, full.body.capacity], [409, 'slot_full', 1]);
      assert.equal((await slotsOf(one)).at(-1).left, 0);
      await ops.expect(200, 'POST', '/sandbox/clock', { to: first.expires_at });
      const second = await reserve(slot);
      assert.equal((await get(first.id)).status, 'expired');
      const late = await ops.post('/slots/confirm', { reservation_id: first.id });
      assert.deepEqual([late.status, late.body.code, late.body.state], [409, 'reservation_not_legal_now', 'expired']);
      for (const _ of [1, 2]) assert.equal((await ops.expect(200, 'POST', '/slots/confirm', { reservation_id: second.id })).status, 'confirmed');
      await ops.expect(200, 'POST', '/sandbox/clock', { advance_s: 3600 });
      assert.equal((await get(second.id)).status, 'confirmed', 'what was confirmed does not run out');
      for (const _ of [1, 2]) assert.equal((await ops.expect(200, 'POST', '/slots/cancel', { reservation_id: second.id })).status, 'released');
      assert.equal((await slotsOf(one)).at(-1).left, 1);
      const types = (await ops.expect(200, 'GET', '/events?type=slot.reserved,slot.confirmed,slot.expired,slot.released&limit=200')).data.map((e) => e.type);
      assert.deepEqual(types.sort(), ['slot.confirmed', 'slot.expired', 'slot.released', 'slot.reserved', 'slot.reserved']);
      await remove(one);
    });

    test('200 clients on one slot: exactly its capacity', async () => {
      const one = await template({ capacity: 7 });
      const slot = (await slotsOf(one)).at(-1);
      const held = await reserve(slot);
      await ops.expect(200, 'POST', '/sandbox/clock', { to: held.expires_at });  // a hold that has run out stands in the way of nobody
      const answers = await Promise.all(Array.from({ length: 200 }, () => ops.post('/slots/reserve', { slot_id: slot.slot_id })));
      const won = answers.filter((a) => a.status === 201), lost = answers.filter((a) => a.status !== 201);
      assert.equal(won.length, 7);
      assert.deepEqual([...new Set(lost.map((a) => `${a.status} ${a.body.code} ${a.body.taken}`))], ['409 slot_full 7']);
      assert.equal((await slotsOf(one)).at(-1).left, 0);
      // Half give theirs back while others come: never more than seven at a time.
      const mixed = await Promise.all([...won.slice(0, 3).map((a) => ops.post('/slots/cancel', { reservation_id: a.body.id })), ...Array.from({ length: 60 }, () => ops.post('/slots/reserve', { slot_id: slot.slot_id }))]);
      const more = mixed.slice(3).filter((a) => a.status === 201).length;
      assert.ok(more <= 3);
      assert.equal((await slotsOf(one)).at(-1).left, 3 - more);
      await remove(one);
    });

    test('a delivery takes a slot, keeps to it, gives it back', async () => {
      const one = await template({ capacity: 1 });
      const [early, later] = await slotsOf(one);
      const both = await ops.post('/deliveries', delivery({ slot_reservation_id: 'rsv_00000000000000000000000001', dropoff: { address: { location: place }, window: later.window } }));
      assert.deepEqual([both.status, both.body.errors[0].pointer], [422, '#/slot_reservation_id']);
      const absent = await ops.post('/deliveries', delivery({ slot_reservation_id: 'rsv_00000000000000000000000001' }));
      assert.deepEqual([absent.status, absent.body.errors[0].code], [422, 'unknown_reference']);
      const held = await reserve(early);
      const elsewhere = await ops.post('/deliveries', delivery({ slot_reservation_id: held.id, dropoff: { address: { location: { lat: 52.5, lon: 13.4 } } } }));
      assert.deepEqual([elsewhere.status, elsewhere.body.code, elsewhere.body.errors[0].code], [422, 'slot_mismatch', 'outside_area']);
      const faster = await ops.post('/deliveries', delivery({ slot_reservation_id: held.id, service_level: 'express' }));
      assert.equal(faster.body.errors[0].code, 'other_service_level');
      assert.equal((await get(held.id)).status, 'held', 'a refusal takes nothing');
      const mine = await create({ slot_reservation_id: held.id });
      assert.deepEqual([mine.status, mine.dropoff.window, mine.slot_reservation_id], ['scheduled', early.window, held.id]);
      assert.deepEqual([(await get(held.id)).status, (await get(held.id)).delivery_id], ['confirmed', mine.id]);
      const twice = await ops.post('/deliveries', delivery({ slot_reservation_id: held.id }));
      assert.deepEqual([twice.status, twice.body.code, twice.body.delivery_id], [409, 'reservation_bound', mine.id]);
      const bound = await ops.post('/slots/cancel', { reservation_id: held.id });
      assert.deepEqual([bound.status, bound.body.code], [409, 'reservation_bound']);
      const away = await ops.patch(`/deliveries/${mine.id}`, { dropoff: { address: { location: { lat: 52.5, lon: 13.4 } } } });
      assert.deepEqual([away.status, away.body.errors[0].pointer], [422, '#/dropoff/address']);

      // Another slot: the first is free again.
      await ops.expect(200, 'POST', `/deliveries/${mine.id}/reschedule`, { slot_id: later.slot_id });
      const moved = await ops.expect(200, 'GET', `/deliveries/${mine.id}`);
      assert.deepEqual(moved.dropoff.window, later.window);
      assert.equal((await get(held.id)).status, 'released');
      assert.deepEqual((await slotsOf(one)).slice(0, 2).map((s) => s.left), [1, 0]);
      const taken = await ops.post(`/deliveries/${(await create()).id}/reschedule`, { slot_id: later.slot_id });
      assert.deepEqual([taken.status, taken.body.code], [409, 'slot_full']);
      const none = await ops.post(`/deliveries/${mine.id}/reschedule`, {});
      assert.deepEqual([none.status, none.body.errors[0].pointer], [422, '#/window']);

      // By PATCH: back to the first; then a window by hand frees it.
      const again = await reserve(early);
      assert.deepEqual((await ops.expect(200, 'PATCH', `/deliveries/${mine.id}`, { slot_reservation_id: again.id })).dropoff.window, early.window);
      const byHand = { from: later.window.from, to: later.window.to };
      const free = await ops.expect(200, 'PATCH', `/deliveries/${mine.id}`, { dropoff: { window: byHand } });
      assert.deepEqual([free.slot_reservation_id, free.dropoff.window], [undefined, byHand]);
      assert.equal((await get(again.id)).status, 'released');
      const third = await reserve(early);
      await ops.expect(200, 'PATCH', `/deliveries/${mine.id}`, { slot_reservation_id: third.id });
      const without = await ops.expect(200, 'PATCH', `/deliveries/${mine.id}`, { slot_reservation_id: null });
      assert.deepEqual([without.dropoff.window, without.status], [undefined, 'requested']);

      // Cancelled: free at once.
      const last = await create({ slot_reservation_id: (await reserve(early)).id });
      assert.equal((await slotsOf(one))[0].left, 0);
      await ops.expect(200, 'POST', `/deliveries/${last.id}/cancel`);
      assert.equal((await slotsOf(one))[0].left, 1);
      await remove(one);
    });

    test('the planner says what can still be reached, cheapest first', async () => {
      const one = await template({ from: '08:00', to: '10:00', capacity: 5 }), two = await template({ from: '14:00', to: '16:00', capacity: 5 });
      const vehicle = await ops.expect(201, 'POST', '/vehicles', { type: 'van', capacity: { parcels: 20 }, warehouse: hub.id, costs: { fixed: { amount: 1000, currency: 'EUR' }, per_hour: { amount: 2000, currency: 'EUR' }, per_km: { amount: 50, currency: 'EUR' } } });
      const driver = await ops.expect(201, 'POST', '/drivers', { name: 'Ada', vehicle_id: vehicle.id, home_hub_id: hub.id });
      const [, morning] = await slotsOf(one), afternoon = (await slotsOf(two)).find((s) => s.window.from > morning.window.from);
      await ops.expect(201, 'POST', `/drivers/${driver.id}/shifts`, { starts_at: new Date(Date.parse(morning.window.from) - 3600_000).toISOString(), ends_at: new Date(Date.parse(morning.window.to) + 3600_000).toISOString() });
      const span = `from=${morning.window.from}&to=${new Date(Date.parse(afternoon.window.from) + 60_000).toISOString()}`;
      const asked = await ops.expect(200, 'GET', `/slots/availability?lat=${place.lat}&lon=${place.lon}&check_reachability=true&${span}`);
      assert.equal(asked.reachability, 'checked');
      const by = Object.fromEntries(asked.data.map((s) => [s.slot_id, s]));
      assert.equal(by[morning.slot_id].reachable, true);
      assert.ok(by[morning.slot_id].cost.amount > 1000, 'a route of its own has the vehicle\'s price');
      assert.deepEqual([by[afternoon.slot_id].reachable, by[afternoon.slot_id].cost], [false, undefined], 'after the shift');
      assert.equal(asked.data[0].slot_id, morning.slot_id);
      assert.deepEqual((await ops.expect(200, 'GET', '/assignments')).data, [], 'asking binds nothing');
      // Somebody goes there anyhow: one more stop costs little.
      const neighbour = await create({ dropoff: { address: { location: { lat: place.lat + 0.001, lon: place.lon } }, window: morning.window } });
      const cheaper = await ops.expect(200, 'GET', `/slots/availability?lat=${place.lat}&lon=${place.lon}&check_reachability=true&${span}`);
      const found = cheaper.data.find((s) => s.slot_id === morning.slot_id);
      assert.ok(found.cost.amount < by[morning.slot_id].cost.amount / 2, `${found.cost.amount} after ${by[morning.slot_id].cost.amount}`);
      await ops.expect(200, 'POST', `/deliveries/${neighbour.id}/cancel`);
      const nowhere = await ops.get(`/slots/availability?area_id=${area.id}&check_reachability=true`);
      assert.deepEqual([nowhere.status, nowhere.body.errors[0].pointer], [422, '#/query/area_id']);
      await remove(one), await remove(two);
    });

    test('what was delivered in its slot has used it', async () => {
      const one = await template({ capacity: 1 });
      const [slot] = await slotsOf(one);
      const held = await reserve(slot), mine = await create({ slot_reservation_id: held.id });
      const vehicle = await ops.expect(201, 'POST', '/vehicles', { type: 'van', capacity: { parcels: 20 }, warehouse: hub.id });
      const driver = await ops.expect(201, 'POST', '/drivers', { name: 'Ben', vehicle_id: vehicle.id, home_hub_id: hub.id });
      await ops.expect(200, 'POST', `/drivers/${driver.id}/assign`, { delivery_ids: [mine.id], force: true });
      await ops.expect(200, 'POST', `/sandbox/drivers/${driver.id}/drive`, { stops: 2 });
      assert.equal((await ops.expect(200, 'GET', `/deliveries/${mine.id}`)).status, 'delivered');
      assert.equal((await get(held.id)).status, 'used');
      assert.equal((await slotsOf(one))[0].left, 0, 'and holds its place');
      await ops.expect(200, 'POST', `/sandbox/drivers/${driver.id}/offline`);
      await remove(one);
    });

    test('every event is as its schema says', async () => {
      const seen = await judgeEvents(server, ops, Ajv);
      for (const type of ['slot.reserved', 'slot.confirmed', 'slot.released', 'slot.expired', 'slot.used', 'slot_template.created', 'slot_template.updated', 'slot_template.deleted']) assert.ok(seen.has(type), type);
    });
  });
}

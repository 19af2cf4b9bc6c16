// A driver's day by hand: assigned, accepted, loaded, driven, delivered, failed, brought back; and what goes wrong on the way.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Server, Client, demoMap } from '../harness/server.mjs';
import { stores } from '../harness/postgres.mjs';
import { upload } from '../harness/proof.mjs';

const places = [[53.5572, 13.2611], [53.5601, 13.2702], [53.5499, 13.2455], [53.5655, 13.2801]];
const { postgres, list } = await stores();
after(() => postgres.stop());

for (const [name, db] of await list()) {
  describe(`dispatch on ${name}`, () => {
    let server, ops, hub;
    let count = 0;

    before(async () => {
      server = await Server.start({ db });
      ops = await server.client();
      hub = await ops.expect(201, 'POST', '/hubs', { name: 'Hub', address: { line1: 'Am Hafen 1', city: 'Neubrandenburg', location: { lat: 53.5500, lon: 13.2600 } } });
    });
    after(() => server?.stop());

    async function driver(more = {}, wheels = {}) {
      const vehicle = await ops.expect(201, 'POST', '/vehicles', { type: 'van', capacity: { parcels: 20 }, warehouse: hub.id, ...wheels });
      const made = await ops.expect(201, 'POST', '/drivers', { name: 'Ada Fahrer', vehicle_id: vehicle.id, home_hub_id: hub.id, ...more });
      const token = await ops.expect(200, 'POST', `/drivers/${made.id}/impersonate-token`, { minutes: 30 });
      return { id: made.id, app: new Client(server, token.token), token };
    }
    async function delivery(n, more = {}) {
      count += 1;
      const [lat, lon] = places[n % places.length];
      return ops.expect(201, 'POST', '/deliveries', {
        packages: [{ package_id: `P${count}a`, weight: 1000 }],
        pickup: { hub_id: hub.id },
        dropoff: { address: { line1: `Turmstraße ${n}`, city: 'Neubrandenburg', location: { lat, lon } }, recipient: { name: 'Jane Doe' } },
        ...more,
      });
    }
    const get = (id) => ops.expect(200, 'GET', `/deliveries/${id}`);
    const photoOf = (who, d, stop_id) => upload(who.app, { delivery_id: d.id, stop_id });
    const stopsOf = (assignment, type) => assignment.route.stops.filter((s) => s.type === type);
    async function ready(who, deliveries) {
      const { assignment } = await ops.expect(200, 'POST', `/drivers/${who.id}/assign`, { delivery_ids: deliveries.map((d) => d.id) });
      await who.app.expect(200, 'POST', `/driver-api/assignments/${assignment.id}/accept`);
      return assignment;
    }
    async function loaded(who, deliveries) {
      const assignment = await ready(who, deliveries);
      for (const d of deliveries) for (const p of d.packages) await who.app.expect(200, 'POST', '/driver-api/scan', { action: 'load', package_id: p.id });
      const started = await who.app.expect(200, 'POST', `/driver-api/assignments/${assignment.id}/start-route`);
      const [pickup] = stopsOf(started.assignment, 'pickup');
      await who.app.expect(200, 'POST', `/driver-api/stops/${pickup.stop_id}/arrive`);
      const at = await who.app.expect(200, 'POST', `/driver-api/stops/${pickup.stop_id}/complete`);
      return at.assignment;
    }
    const stopOf = (assignment, d, type = 'dropoff') => stopsOf(assignment, type).find((s) => s.delivery_ids.includes(d.id)).stop_id;

    test('a whole day: delivered, failed, partial, brought back, checked out', async () => {
      const who = await driver();
      await who.app.expect(200, 'POST', '/driver-api/check-in');
      const one = await delivery(0), two = await delivery(1);
      const three = await delivery(2, { packages: [{ package_id: 'X1' }, { package_id: 'X2' }] });
      const assigned = await ops.expect(200, 'POST', `/drivers/${who.id}/assign`, { delivery_ids: [one.id, two.id, three.id] });
      assert.equal(assigned.assignment.status, 'offered');
      assert.equal(stopsOf(assigned.assignment, 'pickup').length, 1, 'one pickup at the hub for all');
      assert.equal(assigned.assignment.route.eta_per_stop.length, 4);
      assert.equal(assigned.assignment.route.eta_source, 'straight_line');
      assert.equal(assigned.assignment.route.stops[0].load.parcels, 4);
      const again = await ops.expect(200, 'POST', `/drivers/${who.id}/assign`, { delivery_ids: [one.id, two.id, three.id] });
      assert.equal(again.already_assigned.length, 3);
      assert.equal(again.assignment.version, assigned.assignment.version, 'said twice, nothing changes');
      assert.equal((await get(one.id)).status, 'assigned');

      const early = await who.app.post(`/driver-api/assignments/${assigned.assignment_id}/start-route`);
      assert.equal(early.status, 409);
      assert.deepEqual(early.body.legal_now.sort(), ['accept', 'decline', 'expire', 'withdraw']);
      await who.app.expect(200, 'POST', `/driver-api/assignments/${assigned.assignment_id}/accept`);
      for (const p of [...one.packages, ...two.packages, ...three.packages]) {
        const scanned = await who.app.expect(200, 'POST', '/driver-api/scan', { action: 'load', package_id: p.id });
        assert.equal(scanned.custody, `driver:${who.id}`);
      }
      assert.equal((await get(one.id)).status, 'assigned', 'loading is not departure');
      await who.app.expect(200, 'POST', `/driver-api/assignments/${assigned.assignment_id}/start-route`);
      assert.equal((await get(one.id)).status, 'enroute');
      const route = await who.app.expect(200, 'GET', `/driver-api/assignment/${assigned.assignment_id}/route`);
      assert.equal(route.deliveries[0].dropoff.recipient.name, 'Jane Doe');
      let a = route.assignment;
      const [pickup] = stopsOf(a, 'pickup');
      assert.equal(route.next_stop_id, pickup.stop_id);
      await who.app.expect(200, 'POST', `/driver-api/stops/${pickup.stop_id}/arrive`, { location: { lat: 53.55, lon: 13.26 } });
      await who.app.expect(200, 'POST', `/driver-api/stops/${pickup.stop_id}/complete`);

      const first = stopOf(a, one), second = stopOf(a, two), third = stopOf(a, three);
      const photo = await photoOf(who, one, first);
      const unarrived = await who.app.post(`/driver-api/stops/${first}/complete`, { photos: [photo] });
      assert.equal(unarrived.status, 409);
      assert.ok(unarrived.body.legal_now.includes('arrive'));
      await who.app.expect(200, 'POST', `/driver-api/stops/${first}/arrive`);
      const elsewhere = await who.app.post(`/driver-api/stops/${second}/arrive`);
      assert.equal(elsewhere.body.code, 'stop_not_next');
      const unproven = await who.app.post(`/driver-api/stops/${first}/complete`, {});
      assert.equal(unproven.status, 422);
      assert.deepEqual(unproven.body.missing_proof, ['photos']);
      const foreign = await who.app.post(`/driver-api/stops/${first}/complete`, { photos: ['https://elsewhere.example/a.jpg'] });
      assert.equal(foreign.body.errors[0].code, 'unknown_host');
      const done = await who.app.expect(200, 'POST', `/driver-api/stops/${first}/complete`, { photos: [photo], notes: 'at the door' });
      assert.equal(done.deliveries[0].status, 'delivered');
      const story = await get(one.id);
      assert.equal(story.packages[0].custody, 'recipient');
      assert.equal(story.notes[0].text, 'at the door');

      await who.app.expect(200, 'POST', `/driver-api/stops/${second}/arrive`);
      await who.app.expect(200, 'POST', `/driver-api/stops/${second}/attempt`, { attempt_number: 1, contacted: false });
      const failed = await who.app.expect(200, 'POST', `/driver-api/stops/${second}/failed`, { reason: 'no_one_home', next_action: 'return_to_warehouse' });
      assert.equal(failed.deliveries[0].status, 'failed');
      assert.equal(failed.deliveries[0].phase, 'bringing_back');
      assert.equal(stopsOf(failed.assignment, 'hub').length, 1, 'the way back is on the route');

      await who.app.expect(200, 'POST', `/driver-api/stops/${third}/arrive`);
      const part = await who.app.expect(200, 'POST', `/driver-api/stop/${third}/partial`, {
        photos: [await photoOf(who, three, third)],
        items: [{ delivery_id: three.id, package_id: three.packages[0].id, outcome: 'delivered' }, { delivery_id: three.id, package_id: three.packages[1].id, outcome: 'refused' }],
      });
      assert.equal(part.deliveries[0].status, 'delivered');
      assert.equal(part.deliveries[0].phase, 'partial');
      const early_out = await who.app.post('/driver-api/check-out');
      assert.equal(early_out.status, 409);
      assert.equal(early_out.body.code, 'packages_on_board');
      assert.equal(early_out.body.on_board.length, 2);

      const back = stopsOf(part.assignment, 'hub').filter((s) => s.status === 'pending');
      for (const stop of back) {
        await who.app.expect(200, 'POST', `/driver-api/stops/${stop.stop_id}/arrive`);
        a = (await who.app.expect(200, 'POST', `/driver-api/stops/${stop.stop_id}/complete`)).assignment;
      }
      assert.equal(a.status, 'completed');
      await who.app.expect(200, 'POST', '/driver-api/check-out');
      const seen = await ops.expect(200, 'GET', `/drivers/${who.id}/work?past=true`);
      assert.equal(seen.data[0].assignment.status, 'completed');
    });

    test('what does not fit is named, all of it, unless it is forced', async () => {
      const who = await driver({}, { type: 'bike', capacity: { parcels: 1 } });
      const one = await delivery(0, { skills: ['fragile'], vehicle_types: ['van'] }), two = await delivery(1);
      const refused = await ops.post(`/drivers/${who.id}/assign`, { delivery_ids: [one.id, two.id] });
      assert.equal(refused.status, 422);
      assert.deepEqual(refused.body.errors.map((e) => e.code).sort(), ['capacity_exceeded', 'skill_missing', 'vehicle_type']);
      const forced = await ops.expect(200, 'POST', `/drivers/${who.id}/assign`, { delivery_ids: [one.id, two.id], force: true });
      assert.equal(forced.overridden.length, 3);
      const taken = await driver();
      const stuck = await ops.post(`/drivers/${taken.id}/assign`, { delivery_ids: [one.id] });
      assert.equal(stuck.status, 409);
      assert.equal(stuck.body.not_assignable[0].delivery_id, one.id);
      await ops.expect(200, 'POST', `/drivers/${taken.id}/assign`, { delivery_ids: [one.id], force: true });
      assert.equal((await get(one.id)).assignment?.driver_id ?? (await ops.expect(200, 'GET', `/assignments?driver_id=${taken.id}`)).data[0].driver_id, taken.id);
    });

    test('a decline frees everything, an unassign what is named', async () => {
      const who = await driver();
      const one = await delivery(0), two = await delivery(1);
      const { assignment } = await ops.expect(200, 'POST', `/drivers/${who.id}/assign`, { delivery_ids: [one.id, two.id] });
      const off = await ops.expect(200, 'POST', `/drivers/${who.id}/unassign`, { delivery_ids: [two.id] });
      assert.deepEqual(off.unassigned, [two.id]);
      assert.equal((await get(two.id)).status, 'requested');
      const declined = await who.app.expect(200, 'POST', `/driver-api/assignments/${assignment.id}/decline`, { reason: 'vehicle_problem' });
      assert.equal(declined.assignment.status, 'declined');
      assert.equal((await get(one.id)).status, 'requested');
      const late = await who.app.post(`/driver-api/assignments/${assignment.id}/accept`);
      assert.equal(late.status, 409);
      assert.deepEqual(late.body.legal_now, []);
    });

    test('a cancel on board is a wish that the courier ends', async () => {
      const who = await driver();
      const one = await delivery(0);
      const assignment = await loaded(who, [one]);
      const asked = await ops.expect(200, 'POST', `/deliveries/${one.id}/cancel`, { reason: 'not wanted any more' });
      assert.equal(asked.cancellation, 'requested');
      assert.equal(asked.reconcile_actions[0].action, 'recall_driver');
      const confirmed = await ops.expect(200, 'POST', `/deliveries/${one.id}/confirm-cancel`);
      assert.equal(confirmed.status, 'cancelled');
      assert.equal(confirmed.phase, 'bringing_back');
      const now = await ops.expect(200, 'GET', `/assignments/${assignment.id}`);
      const [back] = stopsOf(now, 'hub');
      await who.app.expect(200, 'POST', `/driver-api/stops/${back.stop_id}/arrive`);
      const done = await who.app.expect(200, 'POST', `/driver-api/stops/${back.stop_id}/complete`);
      assert.equal(done.assignment.status, 'completed');
      assert.equal((await get(one.id)).packages[0].custody, `hub:${hub.id}`);
      const free = await delivery(1);
      assert.equal((await ops.expect(200, 'POST', `/deliveries/${free.id}/cancel`)).cancellation, 'confirmed');
    });

    test('a synced batch counts once, in the order of the device', async () => {
      const who = await driver();
      const one = await delivery(0);
      const assignment = await loaded(who, [one]);
      const stop_id = stopOf(assignment, one);
      const now = Date.now();
      const at = (s) => new Date(now + s * 1000).toISOString();
      const batch = {
        device_id: 'phone', device_time: at(0),
        events: [
          { event_id: 'e2', action: 'complete', stop_id, device_time: at(-30), body: {} },
          { event_id: 'e1', action: 'arrive', stop_id, device_time: at(-60) },
          { event_id: 'e3', action: 'accept', assignment_id: assignment.id, device_time: at(-20) },
        ],
      };
      const first = await who.app.expect(200, 'POST', '/driver-api/sync', batch);
      assert.deepEqual(first.results.map((r) => [r.event_id, r.status]), [['e2', 'applied'], ['e1', 'applied'], ['e3', 'not_applied']]);
      assert.equal(first.results[2].http_status, 409);
      const story = await get(one.id);
      assert.equal(story.status, 'delivered');
      const issues = await ops.expect(200, 'GET', `/exceptions?delivery_id=${one.id}`);
      assert.ok(issues.data.some((e) => e.type === 'proof_missing'), 'a synced fact without proof counts and is looked at');
      const second = await who.app.expect(200, 'POST', '/driver-api/sync', batch);
      assert.deepEqual(second.results.map((r) => r.status), ['replayed', 'replayed', 'not_applied']);
      assert.equal((await get(one.id)).version, story.version);
    });

    test('order by hand, previewed and saved; a lock; an undo', async () => {
      const who = await driver();
      const one = await delivery(0), two = await delivery(1);
      const assignment = await ready(who, [one, two]);
      const ids = assignment.route.stops.map((s) => s.stop_id);
      const wanted = [ids[0], ids[2], ids[1]];
      const preview = await ops.expect(200, 'PUT', `/assignments/${assignment.id}/stops?preview=true`, { stop_ids: wanted });
      assert.deepEqual(preview.route.stops.map((s) => s.stop_id), wanted);
      const unchanged = await ops.expect(200, 'GET', `/assignments/${assignment.id}`);
      assert.deepEqual(unchanged.route.stops.map((s) => s.stop_id), ids);
      const saved = await ops.expect(200, 'PUT', `/assignments/${assignment.id}/stops`, { stop_ids: wanted });
      assert.equal(saved.route_revision, unchanged.route_revision + 1);
      const wrong = await ops.put(`/assignments/${assignment.id}/stops`, { stop_ids: [ids[1], ids[0], ids[2]] });
      assert.equal(wrong.body.errors[0].code, 'before_pickup');
      assert.equal((await ops.expect(200, 'POST', `/assignments/${assignment.id}/lock`)).locked, true);
      assert.equal((await ops.expect(200, 'POST', `/assignments/${assignment.id}/unlock`)).locked, false);

      await who.app.expect(200, 'POST', `/driver-api/assignments/${assignment.id}/start-route`);
      await who.app.expect(200, 'POST', `/driver-api/stops/${ids[0]}/arrive`);
      await who.app.expect(200, 'POST', `/driver-api/stops/${ids[0]}/complete`);
      const stop = stopOf(assignment, one);
      await who.app.expect(200, 'POST', `/driver-api/stops/${stop}/arrive`);
      await who.app.expect(200, 'POST', `/driver-api/stops/${stop}/complete`, { photos: [await photoOf(who, one, stop)] });
      assert.equal((await get(one.id)).status, 'delivered');
      await who.app.expect(200, 'POST', `/driver-api/stops/${stop}/undo`);
      assert.equal((await get(one.id)).status, 'enroute');
    });

    test('nobody sees or does another driver\'s work; a revoked token is over', async () => {
      const who = await driver(), other = await driver();
      const one = await delivery(0);
      const assignment = await ready(who, [one]);
      for (const path of [`/driver-api/assignments/${assignment.id}/start-route`, `/driver-api/stops/${stopOf(assignment, one)}/arrive`])
        assert.equal((await other.app.post(path)).status, 404);
      assert.equal((await other.app.get(`/driver-api/assignments/${assignment.id}/route`)).status, 404);
      assert.equal((await other.app.get(`/assignments/${assignment.id}`)).status, 404);
      assert.equal((await ops.delete(`/drivers/${who.id}`)).status, 409, 'a driver with open stops stays');
      await ops.expect(204, 'DELETE', `/drivers/${who.id}/impersonate-token/${who.token.token_id}`);
      assert.equal((await who.app.get('/driver-api/work')).status, 401);
    });

    test('a plan is released later, pushed by hand, taken apart at once; or accepted by policy', async () => {
      const who = await driver();
      const one = await delivery(0), two = await delivery(1);
      const start = new Date(Date.now() + 6 * 3600_000), end = new Date(Date.now() + 10 * 3600_000);
      await ops.expect(201, 'POST', `/drivers/${who.id}/shifts`, { starts_at: start.toISOString(), ends_at: end.toISOString() });
      await ops.expect(200, 'PATCH', '/policies', { offer: { push: 'at_release', auto_accept: false } });
      const { assignment } = await ops.expect(200, 'POST', `/drivers/${who.id}/assign`, { delivery_ids: [one.id, two.id] });
      assert.equal(assignment.status, 'planned');
      assert.equal(new Date(assignment.starts_at).getTime(), start.getTime());
      const pushed = await ops.expect(200, 'POST', `/assignments/${assignment.id}/push-to-driver`);
      assert.equal(pushed.status, 'offered');
      assert.ok(pushed.offer_expires_at);
      const free = await ops.expect(200, 'POST', '/assignments/bulk-unassign', { assignment_ids: [assignment.id] });
      assert.deepEqual(free.unassigned.sort(), [one.id, two.id].sort());
      assert.equal((await ops.expect(200, 'GET', `/assignments/${assignment.id}`)).status, 'withdrawn');
      await ops.expect(200, 'PATCH', '/policies', { offer: { push: 'at_once', auto_accept: true } });
      const next = await ops.expect(200, 'POST', `/drivers/${who.id}/assign`, { delivery_ids: [one.id] });
      assert.equal(next.assignment.status, 'accepted');
      await ops.expect(200, 'PATCH', '/policies', { offer: null });
      const late = await delivery(2, { dropoff: { address: { location: { lat: 53.56, lon: 13.27 } }, window: { from: new Date().toISOString(), to: new Date(Date.now() + 60_000).toISOString() } } });
      const refused = await ops.post(`/drivers/${who.id}/assign`, { delivery_ids: [late.id] });
      assert.equal(refused.body.errors[0].code, 'window_missed');
    });

    test('another window: it stays on a route that meets it, else comes off; support is called', async () => {
      const who = await driver();
      const one = await delivery(0), two = await delivery(1);
      const { assignment } = await ops.expect(200, 'POST', `/drivers/${who.id}/assign`, { delivery_ids: [one.id, two.id] });
      const eta = Date.parse(stopsOf(assignment, 'dropoff').find((s) => s.delivery_ids.includes(one.id)).arrival);
      const around = (at, minutes) => ({ from: new Date(at - minutes * 60_000).toISOString(), to: new Date(at + minutes * 60_000).toISOString() });
      const stays = await ops.expect(200, 'POST', `/deliveries/${one.id}/reschedule`, { window: around(eta, 60) });
      assert.equal(stays.status, 'assigned');
      const now = await ops.expect(200, 'GET', `/assignments/${assignment.id}`);
      const stop = stopsOf(now, 'dropoff').find((s) => s.delivery_ids.includes(one.id));
      assert.equal(Date.parse(stop.window_to), Date.parse(around(eta, 60).to), 'the route knows the new window');
      assert.ok(now.plan_version > assignment.plan_version, 'plans made before are stale');
      const off = await ops.expect(200, 'POST', `/deliveries/${two.id}/reschedule`, { window: around(eta + 30 * 3600_000, 60), instructions: 'Back door' });
      assert.equal(off.status, 'scheduled');
      const story = await get(two.id);
      assert.deepEqual([story.dropoff.instructions, story.assignment], ['Back door', null]);
      assert.equal((await ops.post(`/deliveries/${two.id}/reschedule`, { window: around(Date.now() - 86_400_000, 60) })).body.errors[0].code, 'in_the_past');
      await ops.expect(200, 'POST', `/deliveries/${two.id}/close`, { outcome: 'undeliverable' });
      assert.equal((await ops.post(`/deliveries/${two.id}/reschedule`, { window: around(eta + 30 * 3600_000, 60) })).status, 409);
      await ops.expect(200, 'POST', `/deliveries/${one.id}/escalate`, { case_id: 'case_1', priority: 'critical' });
      const found = (await ops.expect(200, 'GET', `/exceptions?delivery_id=${one.id}`)).data.find((e) => e.detail.includes('case_1'));
      assert.equal(found.severity, 'critical');
      assert.equal((await ops.post(`/deliveries/${one.id}/escalate`, { priority: 'high' })).body.errors[0].pointer, '#/case_id');
    });

    test('a retry on board, a correction after the fact, a close', async () => {
      const who = await driver();
      const one = await delivery(0), two = await delivery(1);
      const assignment = await loaded(who, [one, two]);
      const fail = async (d) => {
        await who.app.expect(200, 'POST', `/driver-api/stops/${stopOf(assignment, d)}/arrive`);
        await who.app.expect(200, 'POST', `/driver-api/stops/${stopOf(assignment, d)}/attempt`, { channel: 'call', contacted: false });
        return who.app.expect(200, 'POST', `/driver-api/stops/${stopOf(assignment, d)}/failed`, { reason: 'no_one_home' });
      };
      assert.equal((await fail(one)).deliveries[0].phase, 'waiting_decision');
      assert.equal((await ops.expect(200, 'POST', `/deliveries/${one.id}/retry`)).status, 'enroute');
      const again = stopsOf(await ops.expect(200, 'GET', `/assignments/${assignment.id}`), 'dropoff').find((s) => s.delivery_ids.includes(one.id) && s.status === 'pending');
      assert.ok(again, 'the second attempt has a stop of its own');
      await who.app.expect(200, 'POST', `/driver-api/stops/${again.stop_id}/arrive`);
      await who.app.expect(200, 'POST', `/driver-api/stops/${again.stop_id}/complete`, { photos: [await photoOf(who, one, again.stop_id)] });
      assert.equal((await fail(two)).deliveries[0].status, 'failed');
      const out = await who.app.post('/driver-api/check-out');
      assert.equal(out.body.code, 'packages_on_board');
      const unloaded = await who.app.expect(200, 'POST', '/driver-api/scan', { action: 'unload', package_id: two.packages[0].id, hub_id: hub.id });
      assert.equal(unloaded.custody, `hub:${hub.id}`);
      assert.equal(unloaded.assignment.status, 'completed');
      const right = await ops.expect(200, 'POST', `/deliveries/${two.id}/correct`, { custody: 'neighbour', reason: 'the neighbour called' });
      assert.equal(right.status, 'delivered');
      assert.equal((await ops.post(`/deliveries/${two.id}/correct`, { custody: 'hub', reason: 'x' })).status, 422);
      const three = await delivery(2);
      assert.equal((await ops.expect(200, 'POST', `/deliveries/${three.id}/close`, { outcome: 'lost' })).status, 'failed');
    });

    test('two dispatchers at once: one route for a driver, no delivery twice', async () => {
      const who = await driver(), other = await driver();
      const list = await Promise.all([0, 1, 2, 3].map((n) => delivery(n)));
      const answers = await Promise.all([
        ...list.map((d) => ops.post(`/drivers/${who.id}/assign`, { delivery_ids: [d.id] })),
        ...list.map((d) => ops.post(`/drivers/${other.id}/assign`, { delivery_ids: [d.id] })),
      ]);
      for (const answer of answers) assert.ok([200, 409].includes(answer.status), JSON.stringify(answer.body));
      const routes = [];
      for (const one of [who, other]) {
        const { data } = await ops.expect(200, 'GET', `/assignments?driver_id=${one.id}`);
        assert.ok(data.length <= 1, 'all join one assignment');
        routes.push(...data.flatMap((a) => a.route.stops.filter((s) => s.type === 'dropoff').flatMap((s) => s.delivery_ids)));
      }
      assert.equal(new Set(routes).size, routes.length, 'no delivery on two routes');
      const bound = answers.filter((answer) => answer.status === 200).length;
      assert.equal(routes.length, bound);
    });
  });
}

test('with a map, times and the way come from its roads', async () => {
  const server = await Server.start({ map: demoMap });
  try {
    const ops = await server.client();
    const hub = await ops.expect(201, 'POST', '/hubs', { name: 'Hub', address: { location: { lat: 53.5572, lon: 13.2611 } } });
    const driver = await ops.expect(201, 'POST', '/drivers', { name: 'Ada', home_hub_id: hub.id });
    const delivery = await ops.expect(201, 'POST', '/deliveries', {
      packages: [{ weight: 1 }], pickup: { hub_id: hub.id }, dropoff: { address: { location: { lat: 53.5601, lon: 13.2702 } } },
    });
    const { assignment } = await ops.expect(200, 'POST', `/drivers/${driver.id}/assign`, { delivery_ids: [delivery.id] });
    assert.equal(assignment.route.eta_source, 'roads');
    assert.ok(assignment.route.estimated_distance_m > 600 && assignment.route.estimated_distance_m < 5000, String(assignment.route.estimated_distance_m));
  } finally {
    await server.stop();
  }
});

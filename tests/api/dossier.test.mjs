// The full record of a delivery: one read, every part by the caller's scopes, and an ETag that moves with what moves.
// Seen failing where it read the story before the log had its order (PostgreSQL).
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Server, Client, until } from '../harness/server.mjs';
import { stores } from '../harness/postgres.mjs';
import { upload } from '../harness/proof.mjs';

const { postgres, list } = await stores();
after(() => postgres.stop());

for (const [name, db] of await list()) {
  describe(`the full record on ${name}`, () => {
    let server, ops, hub, who, delivery, assignment, stop;
    const read = (client = ops) => client.get(`/deliveries/${delivery.id}`);
    const parts = (etag) => /^"(\d+)-(\d+)"$/.exec(etag).slice(1).map(Number);

    before(async () => {
      server = await Server.start({ db });
      ops = await server.client();
      hub = await ops.expect(201, 'POST', '/hubs', { name: 'Hub', address: { location: { lat: 53.55, lon: 13.26 } } });
      const vehicle = await ops.expect(201, 'POST', '/vehicles', { type: 'van', registration: 'NB-LM 1', capacity: { parcels: 20 }, warehouse: hub.id });
      const made = await ops.expect(201, 'POST', '/drivers', { name: 'Ada Fahrer', phone: '+4939512345678', vehicle_id: vehicle.id, home_hub_id: hub.id });
      const { token } = await ops.expect(200, 'POST', `/drivers/${made.id}/impersonate-token`, { minutes: 60 });
      who = { id: made.id, app: new Client(server, token) };
      delivery = await ops.expect(201, 'POST', '/deliveries', {
        packages: [{ weight: 1000 }], pickup: { hub_id: hub.id },
        dropoff: { address: { line1: 'Turmstraße 5', city: 'Neubrandenburg', location: { lat: 53.5572, lon: 13.2611 } }, recipient: { name: 'Jane Doe' } },
      });
    });
    after(() => server?.stop());

    test('nobody has it yet', async () => {
      assert.ok(await until(async () => (await read()).body.timeline.length > 0));
      const { body, headers } = await read();
      assert.deepEqual([body.carrier, body.assignment, body.pod_ids, body.pods, body.exceptions], [null, null, [], [], []]);
      assert.equal(body.live.progress_pct, 0);
      assert.deepEqual(body.timeline.map((s) => s.type).slice(0, 1), ['delivery.created']);
      assert.equal(body.timeline_complete, true);
      assert.equal(parts(headers.get('etag'))[0], body.version);
      const same = await ops.get(`/deliveries/${delivery.id}`, { 'if-none-match': headers.get('etag') });
      assert.equal(same.status, 304);
    });

    test('on the way: carrier, place on the route, times, telemetry', async () => {
      ({ assignment } = await ops.expect(200, 'POST', `/drivers/${who.id}/assign`, { delivery_ids: [delivery.id] }));
      stop = assignment.route.stops.find((s) => s.type === 'dropoff');
      const pickup = assignment.route.stops.find((s) => s.type === 'pickup').stop_id;
      await who.app.expect(200, 'POST', `/driver-api/assignments/${assignment.id}/accept`);
      await who.app.expect(200, 'POST', `/driver-api/assignments/${assignment.id}/start-route`);
      await who.app.expect(200, 'POST', `/driver-api/stops/${pickup}/arrive`);
      await who.app.expect(200, 'POST', `/driver-api/stops/${pickup}/complete`);
      const before = await read();
      const { carrier, assignment: held, live } = before.body;
      assert.deepEqual([carrier.driver.name, carrier.vehicle.registration, carrier.status], ['Ada Fahrer', 'NB-LM 1', 'in_progress']);
      assert.deepEqual([held.assignment_id, held.driver_id, held.route_id, held.sequence], [assignment.id, who.id, assignment.route.route_id, stop.sequence]);
      assert.ok(held.eta && held.eta_window.from <= held.eta && live.eta === held.eta);
      assert.deepEqual([live.status, live.stops_before], ['enroute', 0]);
      assert.ok(!live.driver, 'no ping was sent');
      const ping = await who.app.post('/driver-api/location', { location: { lat: 53.552, lon: 13.2605 }, speed: 7 });
      assert.ok(ping.status < 300, `${ping.status}`);
      const moved = await read();
      assert.deepEqual([moved.body.live.driver.location.lat, moved.body.live.driver.speed], [53.552, 7]);
      const [was, is] = [parts(before.headers.get('etag')), parts(moved.headers.get('etag'))];
      assert.equal(is[0], was[0], 'pings raise no version');
      assert.notEqual(is[1], was[1], 'a ping moves the second part');
      const patched = await ops.call('PATCH', `/deliveries/${delivery.id}`, { metadata: { a: 1 } }, { 'if-match': before.headers.get('etag') });
      assert.ok([200, 409].includes(patched.status), `If-Match compares the version alone: ${patched.status}`);
    });

    test('delivered: the story, its proof with a link, and that it was seen', async () => {
      await who.app.expect(200, 'POST', `/driver-api/stops/${stop.stop_id}/arrive`);
      const photos = [await upload(who.app, { delivery_id: delivery.id, stop_id: stop.stop_id })];
      await who.app.expect(200, 'POST', `/driver-api/stops/${stop.stop_id}/complete`, { photos });
      await ops.expect(201, 'POST', '/exceptions', { delivery_id: delivery.id, type: 'damaged', notes: 'box is wet' });
      const told = async () => (await read()).body.timeline.some((s) => s.type === 'exception.opened');
      assert.ok(await until(told), 'the log has reached the end of the story');
      const { body } = await read();
      assert.deepEqual([body.status, body.pods.length, body.pods[0].pod_id, body.live.progress_pct], ['delivered', 1, body.pod_ids[0], 100]);
      assert.equal((await fetch(new URL(body.pods[0].files[0].url, server.url))).status, 200);
      assert.deepEqual(body.exceptions.map((e) => e.type), ['damaged']);
      const types = body.timeline.map((s) => s.type);
      for (const type of ['delivery.created', 'delivery.assigned', 'delivery.enroute', 'delivery.delivered', 'pod.created']) assert.ok(types.includes(type), `${type} of ${types}`);
      assert.deepEqual(body.timeline.map((s) => s.sequence), [...body.timeline.map((s) => s.sequence)].sort((a, b) => a - b));
      assert.ok(await until(async () => (await ops.expect(200, 'GET', '/events?type=pod.viewed&limit=200')).data.some((e) => e.data.pod_id === body.pod_ids[0])));
      const full = await ops.expect(200, 'GET', `/deliveries/${delivery.id}/timeline`);
      assert.deepEqual(full.data.slice(0, 3), body.timeline.slice(0, 3));
    });

    test('a caller sees the parts that its scopes cover; another tenant nothing', async () => {
      const narrow = await ops.expect(201, 'POST', '/keys', { name: 'narrow', scopes: ['deliveries:read'] });
      const { body } = await read(new Client(server, narrow.key));
      assert.equal(body.pod_ids.length, 1);
      for (const part of ['pods', 'exceptions']) assert.ok(!(part in body), part);
      for (const part of ['driver', 'vehicle', 'partner']) assert.ok(!(part in body.carrier), part);
      assert.equal((await read(await server.client({ tenant: 'rival' }))).status, 404);
    });
  });
}

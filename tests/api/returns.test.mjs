// What comes back, what is tried again, what a cancellation leaves to do, links that end, and simulated drivers.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import Ajv from 'ajv/dist/2020.js';
import { judgeEvents } from '../harness/events.mjs';
import { Server, Client, until } from '../harness/server.mjs';
import { stores } from '../harness/postgres.mjs';

const { postgres, list } = await stores();
after(() => postgres.stop());
const place = { lat: 53.5572, lon: 13.2611 };

for (const [name, db] of await list()) {
  describe(`returns, links and simulated drivers on ${name}`, () => {
    let server, ops, live, hub;

    before(async () => {
      server = await Server.start({ db });
      ops = await server.client({ partition: 'test' });
      live = await server.client();
      hub = await makeHub();
    });
    after(() => server?.stop());

    const makeHub = (more = {}) => ops.expect(201, 'POST', '/hubs', { name: 'Hub', address: { line1: 'Am Hafen 1', location: { lat: 53.55, lon: 13.26 } }, ...more });
    async function driver() {
      const vehicle = await ops.expect(201, 'POST', '/vehicles', { type: 'van', capacity: { parcels: 20 }, warehouse: hub.id });
      return ops.expect(201, 'POST', '/drivers', { name: 'Ada Fahrer', vehicle_id: vehicle.id, home_hub_id: hub.id });
    }
    const delivery = (more = {}) => ops.expect(201, 'POST', '/deliveries', { packages: [{ package_id: 'P1', weight: 1000 }, { package_id: 'P2', weight: 10 }], pickup: { hub_id: hub.id }, order_id: 'ord_1', dropoff: { address: { line1: 'Turmstraße 1', postal_code: '17033', location: place }, recipient: { name: 'Jane Doe', phone: '+4939512345678' } }, ...more });
    const get = (id) => ops.expect(200, 'GET', `/deliveries/${id}`);
    const assign = (who, ...ids) => ops.expect(200, 'POST', `/drivers/${who.id}/assign`, { delivery_ids: ids });
    const sandbox = (who, action, body = {}) => ops.expect(200, 'POST', `/sandbox/drivers/${who.id}/${action}`, body);
    async function delivered(more) {
      const who = await driver(), one = await delivery(more);
      await assign(who, one.id);
      await sandbox(who, 'drive', { stops: 2 });
      return { who, one: await get(one.id) };
    }

    test('a simulated driver drives, fails, falls silent and goes on; only in a test partition', async () => {
      const who = await driver(), one = await delivery({ proof: { dropoff: ['signature', 'photo', 'pin', 'barcode', 'id_check'] } }), two = await delivery();
      assert.equal((await ops.post(`/sandbox/drivers/${who.id}/drive`)).body.code, 'nothing_to_drive');
      await assign(who, one.id, two.id);
      const first = await sandbox(who, 'drive');
      assert.deepEqual(first.steps.map((s) => s.action), ['accept', 'start-route', 'arrive', 'complete'], 'the pickup');
      assert.equal(first.assignment_status, 'in_progress');
      const silent = await sandbox(who, 'offline');
      assert.equal(silent.assignment_status, 'paused');
      assert.equal((await ops.expect(200, 'GET', `/drivers/${who.id}`)).status, 'offline');
      const second = await sandbox(who, 'drive');
      assert.deepEqual(second.steps.map((s) => s.action), ['start-route', 'arrive', 'complete']);
      const failed = await sandbox(who, 'fail', { reason: 'no_one_home' });
      assert.deepEqual(failed.steps.map((s) => s.action), ['arrive', 'failed']);
      const all = [await get(one.id), await get(two.id)].map((d) => d.status).sort();
      assert.deepEqual(all, ['delivered', 'failed']);
      const proofs = (await ops.expect(200, 'GET', `/exceptions?type=proof_missing`)).data;
      assert.deepEqual(proofs, [], 'every proof is there');
      const forbidden = await live.post(`/sandbox/drivers/${who.id}/drive`);
      assert.deepEqual([forbidden.status, forbidden.body.code], [403, 'forbidden']);
    });

    test('a return is fetched where it was delivered, and each names the other', async () => {
      const { one } = await delivered();
      assert.equal(one.status, 'delivered');
      const early = await ops.post('/returns/pickup', { delivery_id: (await delivery()).id });
      assert.deepEqual([early.status, early.body.code], [409, 'not_legal_now']);
      const absent = await ops.post('/returns/pickup', { delivery_id: 'dlv_00000000000000000000000001' });
      assert.deepEqual([absent.status, absent.body.errors[0].pointer], [422, '#/delivery_id']);
      const back = await ops.expect(201, 'POST', '/returns/pickup', { delivery_id: one.id, package_ids: [one.packages[0].id], pickup: { window: { from: '2099-01-01T08:00:00Z', to: '2099-01-01T10:00:00Z' }, instructions: 'Ring twice' }, reason: 'too small' });
      assert.deepEqual([back.type, back.status, back.return_of, back.dropoff.hub_id, back.order_id], ['return', 'requested', one.id, hub.id, 'ord_1']);
      assert.deepEqual([back.pickup.address.line1, back.pickup.location.lat, back.pickup.contact.name, back.pickup.instructions], ['Turmstraße 1', place.lat, 'Jane Doe', 'Ring twice']);
      assert.deepEqual(back.packages.map((p) => p.package_id), ['P1']);
      assert.notEqual(back.packages[0].id, one.packages[0].id);
      assert.deepEqual((await get(one.id)).returns, [back.id]);
      const twice = await ops.post('/returns/pickup', { delivery_id: one.id, package_ids: [one.packages[0].id] });
      assert.deepEqual([twice.status, twice.body.code], [409, 'return_exists']);
      const rest = await ops.expect(201, 'POST', '/returns/pickup', { delivery_id: one.id });
      assert.deepEqual(rest.packages.map((p) => p.package_id), ['P2'], 'what is not on its way yet');
      await ops.expect(200, 'POST', `/deliveries/${rest.id}/cancel`);
      const again = await ops.expect(201, 'POST', '/returns/pickup', { delivery_id: one.id });
      assert.deepEqual(again.packages.map((p) => p.package_id), ['P2'], 'a cancelled return gives it free');
      // It is driven like any delivery, and delivered when the hub has it.
      const who = await driver();
      await assign(who, back.id);
      await sandbox(who, 'drive', { stops: 2 });
      const home = await get(back.id);
      assert.deepEqual([home.status, home.packages[0].custody], ['delivered', `hub:${hub.id}`]);
    });

    test('the hub of a return must be open in its window', async () => {
      const night = await makeHub({ name: 'Day', hours: { monday: [{ from: '08:00', to: '16:00' }] } });
      const { one } = await delivered();
      const back = await ops.expect(201, 'POST', '/returns/pickup', { delivery_id: one.id, hub_id: night.id });
      const closed = await ops.post(`/deliveries/${back.id}/reschedule`, { window: { from: '2030-01-01T08:00:00Z', to: '2030-01-01T10:00:00Z' } });  // a Tuesday
      assert.deepEqual([closed.status, closed.body.code, closed.body.open_windows[0].from], [409, 'hub_closed', '2030-01-07T08:00:00Z']);
      await ops.expect(200, 'POST', `/deliveries/${back.id}/reschedule`, { window: { from: '2030-01-07T15:00:00Z', to: '2030-01-07T18:00:00Z' } });
      const slotted = await ops.post(`/deliveries/${back.id}/reschedule`, { slot_reservation_id: 'rsv_00000000000000000000000001' });
      assert.equal(slotted.body.errors[0].code, 'not_for_hubs');
    });

    test('tried again, in another window and with other words', async () => {
      const who = await driver(), one = await delivery();
      await assign(who, one.id);
      await sandbox(who, 'drive');
      await sandbox(who, 'fail');
      const failed = await get(one.id);
      assert.equal(failed.status, 'failed');
      const past = await ops.post(`/deliveries/${one.id}/retry`, { window: { from: '2020-01-01T08:00:00Z', to: '2020-01-01T10:00:00Z' } });
      assert.deepEqual([past.status, past.body.errors[0].pointer], [422, '#/window/to']);
      const both = await ops.post(`/deliveries/${one.id}/retry`, { slot_id: 'slt_00000000000000000000000001', window: { from: '2099-01-01T08:00:00Z', to: '2099-01-01T10:00:00Z' } });
      assert.deepEqual([both.status, both.body.errors[0].pointer], [422, '#/slot_id']);
      const window = { from: '2099-01-01T08:00:00Z', to: '2099-01-01T10:00:00Z' };
      await ops.expect(200, 'POST', `/deliveries/${one.id}/retry`, { from: 'hub', window, instructions: 'Leave it with the porter' });
      const again = await get(one.id);
      assert.deepEqual([again.dropoff.window, again.dropoff.instructions, again.attempts.failed], [window, 'Leave it with the porter', 1]);
    });

    test('what a cancellation leaves to do is followed to its end', async () => {
      const who = await driver(), one = await delivery();
      await assign(who, one.id);
      await sandbox(who, 'drive');
      const wish = await ops.expect(200, 'POST', `/deliveries/${one.id}/cancel`, { reason: 'changed her mind', refund_hint: 'full' });
      const states = (items) => Object.fromEntries(items.map((a) => [a.action, a.state]));
      assert.deepEqual(states(wish.reconcile_actions), { recall_driver: 'open', refund_hint: 'open' });
      await ops.expect(200, 'POST', '/sandbox/clock', { advance_s: 901 });
      const asked = (await ops.expect(200, 'GET', `/exceptions?delivery_id=${one.id}`)).data.filter((e) => e.type === 'cancel_on_board');
      assert.equal(asked.length, 1, 'nobody answered for a quarter of an hour');
      await ops.expect(200, 'POST', `/deliveries/${one.id}/confirm-cancel`);
      assert.deepEqual(states((await get(one.id)).reconcile_actions), { recall_driver: 'done', refund_hint: 'done', return_parcel: 'open' });
      await sandbox(who, 'drive');  // the way back is the next stop
      const over = await get(one.id);
      assert.deepEqual([over.status, states(over.reconcile_actions).return_parcel], ['cancelled', 'done']);
      assert.ok(over.reconcile_actions.every((a) => a.ended_at));
    });

    test('a link opens the page for a while, tells no number, and ends when it is revoked', async () => {
      const who = await driver(), one = await delivery();
      await assign(who, one.id);
      await sandbox(who, 'drive');
      const link = await ops.expect(201, 'POST', `/deliveries/${one.id}/tracking-links`, { ttl_s: 3600 });
      assert.equal(link.url, `${server.url}/track?token=${link.token}`);
      assert.ok(Date.parse(link.expires_at) - Date.parse(link.created_at) === 3600_000);
      const page = await fetch(link.url);
      assert.ok(page.status === 200 || page.status === 503, 'the page itself, where it was built');
      const anybody = new Client(server);
      const seen = await anybody.expect(200, 'GET', `/public/track?token=${link.token}`);
      assert.deepEqual([seen.status, seen.tracking_number, seen.stream_token, seen.delivery_id], ['enroute', undefined, undefined, one.id]);
      assert.ok(!JSON.stringify(seen).includes(one.tracking_number));
      const long = await ops.post(`/deliveries/${one.id}/tracking-links`, { ttl_s: 63_000_000 });
      assert.deepEqual([long.status, long.body.errors[0].pointer], [422, '#/ttl_s']);
      const neither = await anybody.get('/public/track');
      assert.deepEqual([neither.status, neither.body.errors[0].pointer], [422, '#/query/tracking_number']);
      // What the policy hides from the page, the token does not get elsewhere.
      await ops.expect(200, 'PATCH', '/policies', { visibility: { position: 'never', eta: 'never' } });
      const hidden = await anybody.expect(200, 'GET', `/deliveries/${one.id}/live`, undefined, { authorization: `Bearer ${link.token}` });
      assert.deepEqual([hidden.driver, hidden.eta], [undefined, undefined]);
      assert.ok((await ops.expect(200, 'GET', `/deliveries/${one.id}/live`)).eta);
      const other = await delivery();
      assert.equal((await ops.delete(`/deliveries/${other.id}/tracking-links/${link.link_id}`)).status, 404);
      for (const _ of [1, 2]) await ops.expect(204, 'DELETE', `/deliveries/${one.id}/tracking-links/${link.link_id}`);
      assert.equal((await anybody.get(`/public/track?token=${link.token}`)).status, 404);
      assert.equal((await anybody.get(`/deliveries/${one.id}/live`, { authorization: `Bearer ${link.token}` })).status, 401);
      const [kept] = (await ops.expect(200, 'GET', `/deliveries/${one.id}/tracking-links`)).data;
      assert.ok(kept.id === link.link_id && kept.revoked_at && !('token' in kept));
      assert.equal((await anybody.get(`/public/track?token=${link.token}x`)).status, 404);
      const driverToken = (await ops.expect(200, 'POST', `/drivers/${who.id}/impersonate-token`)).token;
      assert.equal((await anybody.get(`/public/track?token=${driverToken}`)).status, 404);
    });

    test('every event is as its schema says', async () => {
      const seen = await judgeEvents(server, ops, Ajv);
      for (const type of ['tracking_link.created', 'tracking_link.deleted', 'delivery.cancel_requested', 'delivery.retry_requested']) assert.ok(seen.has(type), type);
    });

    test('a test partition is emptied, a live one is not', async () => {
      assert.equal((await live.post('/sandbox/reset')).status, 403);
      const kept = await live.expect(201, 'POST', '/hubs', { name: 'Live', address: { line1: 'Am Hafen 1', location: { lat: 53.55, lon: 13.26 } } });
      await ops.expect(200, 'POST', '/sandbox/clock', { advance_s: 86_400 });
      const stream = await fetch(`${server.url}/v1/lastmile/streams/ops`, { headers: { authorization: `Bearer ${ops.key}` } });
      const ended = (async () => { for await (const _ of stream.body); return true; })();
      const clock = await ops.expect(200, 'POST', '/sandbox/reset');
      assert.ok(Math.abs(Date.parse(clock.now) - Date.parse(clock.machine_now)) < 5_000, 'the clock is the machine\'s again');
      assert.ok(await ended, 'open streams end');
      assert.deepEqual((await ops.expect(200, 'GET', '/hubs')).data, []);
      assert.deepEqual((await ops.expect(200, 'GET', '/deliveries')).data, []);
      hub = await makeHub();
      let first;
      await until(async () => ([first] = (await ops.expect(200, 'GET', '/events')).data).length && first);
      assert.deepEqual([first.sequence, first.type], [1, 'hub.created'], 'the log begins anew');
      assert.equal((await live.expect(200, 'GET', `/hubs/${kept.id}`)).id, kept.id);
      const again = await delivered();
      assert.equal(again.one.status, 'delivered', 'and everything works');
    });
  });
}

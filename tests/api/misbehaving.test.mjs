// A partner that misbehaves, seen from outside: slow, failing, forgetful, repeating itself, stepping back, with a wrong clock, unsigned, forged.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { Fleet, eventually } from '../harness/fleet.mjs';
import { stores } from '../harness/postgres.mjs';
import { Server } from '../harness/server.mjs';

const { postgres, list } = await stores();
after(() => postgres.stop());
const protocol = JSON.parse(await readFile(new URL('../../connectors/fleet_protocol/adapter.json', import.meta.url), 'utf8'));

for (const [name, db] of await list()) {
  describe(`misbehaving partners on ${name}`, () => {
    let server, count = 0;
    const fleets = [];
    before(async () => { server = await Server.start({ db }); });
    after(async () => { fleets.forEach((fleet) => fleet.close()); await server?.stop(); });

    async function world() {
      count += 1;
      const api = await server.client({ tenant: `m${count}`, partition: 'test' });
      const w = { api };
      w.open = async (price) => { const fleet = await Fleet.open(price); fleets.push(fleet); return fleet; };
      w.fleet = async (price = 300) => (await w.open(price)).join(api);
      /** The same fleet, spoken to by a mapping of its own: callbacks with a literal instead of a signature, and what `change` does to it. */
      w.plain = async (price, change = () => {}) => {
        const fleet = await w.open(price);
        const { settings: _, ...mapping } = structuredClone(protocol);
        mapping.base_url = fleet.url, mapping.credentials = ['api_token', 'callback_key'], mapping.optional_credentials = [];
        mapping.callback.verify = { kind: 'header', headers: ['x-key'], value: '{credentials.callback_key}' };
        change(mapping);
        const made = await api.expect(201, 'POST', '/partners', { name: 'plain', type: '3pl', connector: 'generic_http', config: mapping });
        fleet.stored = await api.expect(201, 'POST', `/partners/${made.id}/credentials`, { credentials: { api_token: fleet.token, callback_key: 'literal-of-theirs' } });
        fleet.id = made.id;
        return fleet;
      };
      w.deliver = async () => (await api.expect(201, 'POST', '/deliveries', { packages: [{ weight: 500 }],
        pickup: { address: { line1: 'Turmstraße 1', location: { lat: 53.55, lon: 13.26 } } }, dropoff: { address: { line1: 'Ring 2', location: { lat: 53.56, lon: 13.27 } } } })).id;
      w.book = async (id, partner) => api.expect(201, 'POST', `/deliveries/${id}/bookings`, partner ? { partner_id: partner.id } : {});
      w.events = async (id) => (await api.expect(200, 'GET', `/events?delivery_id=${id}&limit=200`)).data;
      w.steps = async (id) => (await w.events(id)).map((one) => one.type).filter((type) => type.startsWith('booking.'));
      w.status = async (id) => (await api.expect(200, 'GET', `/deliveries/${id}`)).status;
      w.forward = (s) => api.expect(200, 'POST', '/sandbox/clock', { advance_s: s });
      w.exceptions = async (id) => (await api.expect(200, 'GET', `/deliveries/${id}`)).exceptions.map((one) => one.type);
      w.booked = async (fleet) => {
        const id = await w.deliver();
        await w.book(id, fleet);
        await eventually(() => w.steps(id), (steps) => steps.includes('booking.booked'), 'the booking');
        return { id, job: [...fleet.jobs.values()].at(-1) };
      };
      return w;
    }
    const words = (job, state, sequence) => JSON.stringify({ type: 'job.changed', data: { ...job, state, sequence, changed_at: new Date().toISOString() } });

    test('repeated, late and backward words: each counts once, in the order of the partner', async () => {
      const w = await world();
      const fleet = await w.fleet();
      const { id, job } = await w.booked(fleet);
      let n = 0;
      const say = async (state, sequence, repeat = 1) => {
        const body = words(job, state, sequence);
        for (let i = 0; i < repeat; i += 1) assert.equal((await fleet.call(server, body, fleet.sign(body, `msg_${n++}`))).status, 204);
      };
      await say('courier_assigned', 2, 3);
      await say('booked', 3);  // the courier is lost, another will come: still theirs
      assert.equal(await w.status(id), 'assigned');
      await say('picked_up', 5, 2);
      await say('courier_assigned', 4);  // late: older than what is known
      assert.equal(await w.status(id), 'enroute');
      await say('delivered', 7);
      await say('picked_up', 6);
      await say('failed_with_parcel', 8);  // newer, but what is delivered is delivered
      assert.equal(await w.status(id), 'delivered');
      const steps = await eventually(() => w.steps(id), (all) => all.includes('booking.delivered'), 'the log of all that');
      assert.deepEqual(steps.filter((one) => one !== 'booking.intent' && one !== 'booking.calling'),
        ['booking.booked', 'booking.courier_assigned', 'booking.booked', 'booking.picked_up', 'booking.delivered']);
    });

    test('a wrong clock and a forged signature are no word at all', async () => {
      const w = await world();
      const fleet = await w.fleet();
      const { id, job } = await w.booked(fleet);
      const body = words(job, 'delivered', 9);
      const off = (minutes) => fleet.sign(body, `msg_${minutes}`, new Date(Date.now() + minutes * 60_000));
      for (const headers of [off(-20), off(20), { ...off(0), 'webhook-signature': 'v1,AAAA' }, {}]) assert.equal((await fleet.call(server, body, headers)).status, 401);
      assert.equal(await w.status(id), 'assigned');
      const signed = fleet.sign(body, 'msg_x');
      assert.equal((await fleet.call(server, words(job, 'delivered', 10), signed)).status, 401, 'another body');
      assert.equal((await fleet.call(server, body, signed)).status, 204);
      assert.equal(await w.status(id), 'delivered');
    });

    test('without a signature nothing ends: the partner is asked, and its answer is believed', async () => {
      const w = await world();
      const fleet = await w.plain(300);
      const { id, job } = await w.booked(fleet);
      const say = (state, sequence, key = 'literal-of-theirs') => fleet.call(server, words(job, state, sequence), { 'x-key': key });
      assert.equal((await say('picked_up', 2, 'guessed')).status, 401);
      assert.equal((await say('picked_up', 2)).status, 204);
      assert.equal(await w.status(id), 'enroute');
      fleet.move(job.job_id, 'picked_up');
      const asked = () => fleet.calls.filter((call) => call === `GET /fleet/v1/jobs/${job.job_id}`).length;
      const before = asked();
      assert.equal((await say('delivered', 9)).status, 204);
      await eventually(async () => asked(), (times) => times > before, 'the question');
      assert.equal(await w.status(id), 'enroute', 'it said otherwise when it was asked');
      fleet.move(job.job_id, 'delivered');
      assert.equal((await say('delivered', 10)).status, 204);
      await eventually(() => w.status(id), (status) => status === 'delivered', 'the answer');
    });

    test('a partner that fails is left alone for a while, by policy, and then tried again', async () => {
      const w = await world();
      await w.api.expect(200, 'PATCH', '/policies', { routing: { breaker: { failures: 3, window_s: 600, open_s: 1 } } });
      const fleet = await w.fleet(), id = await w.deliver();
      fleet.mood = 'quotes_fail';
      const ask = async () => (await w.api.post(`/deliveries/${id}/bookings`, {})).body;
      const why = async () => (await ask()).considered[0].missing;
      assert.deepEqual([await why(), await why(), await why()], ['unavailable', 'unavailable', 'unavailable']);
      const quotes = () => fleet.calls.filter((call) => call.endsWith('/quotes')).length;
      const before = quotes();
      assert.equal(await why(), 'circuit_open');
      assert.equal(quotes(), before, 'nobody was asked');
      fleet.mood = 'good';
      await eventually(ask, (answer) => answer.state === 'intent', 'the breaker to close');
    });

    test('a partner that forgot a booking that is to be cancelled: asked three times, then it counts as cancelled, and a person reconciles', async () => {
      const w = await world();
      const fleet = await w.fleet();
      const { id } = await w.booked(fleet);
      fleet.mood = 'forgets';
      await w.api.expect(200, 'POST', `/deliveries/${id}/cancel`, { reason: 'changed mind' });
      await eventually(() => w.forward(120).then(() => w.status(id)), (status) => status === 'cancelled', 'the end');
      assert.equal(fleet.calls.filter((call) => call.endsWith('/cancel')).length, 3);
      assert.ok((await w.exceptions(id)).includes('partner_conflict'));
      await eventually(() => w.steps(id), (steps) => steps.includes('booking.cancelled'), 'the log of it');
    });

    test('an answer that is lost where nothing can be looked up: wait, ask a person, or book the next and cancel the first', async () => {
      const lost = async (policy) => {
        const w = await world();
        await w.api.expect(200, 'PATCH', '/policies', { routing: { unknown_booking: policy } });
        const first = await w.plain(100, (mapping) => { delete mapping.operations.look_up; }), second = await w.fleet(900);
        first.mood = 'loses_answer';
        const id = await w.deliver();
        await w.book(id);
        await eventually(() => w.steps(id), (steps) => steps.includes('booking.unknown'), 'the loss');
        first.mood = 'good';
        return { w, first, second, id };
      };
      const told = (body) => JSON.stringify({ type: 'job.changed', data: body });
      const asked = await lost('ask');
      await asked.w.forward(120);
      assert.ok((await asked.w.exceptions(asked.id)).includes('partner_unknown'));
      assert.equal(asked.second.jobs.size, 0);

      const waited = await lost('wait');
      await waited.w.forward(600);
      assert.deepEqual(await waited.w.exceptions(waited.id), []);
      await waited.w.forward(3600);
      assert.ok((await waited.w.exceptions(waited.id)).includes('partner_unknown'));
      assert.equal(waited.second.jobs.size, 0, 'nobody else while the first may have it');
      const [known] = [...waited.first.jobs.values()];
      assert.equal((await waited.first.call(server, told(known), { 'x-key': 'literal-of-theirs' })).status, 204);
      await eventually(() => waited.w.steps(waited.id), (steps) => steps.includes('booking.booked'), 'its callback ends the doubt');

      const both = await lost('book_and_cancel');
      await eventually(() => both.w.forward(60).then(() => both.second.jobs.size), (size) => size === 1, 'the second booking');
      const [late] = [...both.first.jobs.values()];
      assert.equal((await both.first.call(server, told(late), { 'x-key': 'literal-of-theirs' })).status, 204);
      await eventually(() => both.w.forward(35).then(() => late.state), (state) => state === 'cancelled', 'the cancellation of the first');
      assert.equal([...both.second.jobs.values()][0].state, 'booked');
    });

    test('sandbox partners do as a test tells them', async () => {
      const w = await world();
      const made = await w.api.expect(201, 'POST', '/partners', { name: 'sandbox', type: '3pl', connector: 'sandbox', config: { profile: 'normal' } });
      const force = (what, body = {}, status = 200) => w.api.expect(status, 'POST', `/sandbox/partners/${made.id}/${what}`, body);
      assert.equal((await force('reject')).next, 'reject');
      const refused = await w.deliver();
      await w.book(refused, made);
      await eventually(() => w.steps(refused), (steps) => steps.includes('booking.rejected'), 'the refusal');
      await force('timeout');
      const lost = await w.deliver();
      await w.book(lost, made);
      await eventually(() => w.forward(20).then(() => w.steps(lost)), (steps) => steps.includes('booking.unknown') && steps.includes('booking.booked'), 'the look-up');
      await force('accept');
      const id = await w.deliver();
      await force('status', { delivery_id: id, state: 'picked_up' }, 409);
      await w.book(id, made);
      await eventually(() => w.steps(id), (steps) => steps.includes('booking.booked'), 'the booking');
      for (const [state, status] of [['picked_up', 'enroute'], ['failed_with_parcel', 'failed'], ['returning', 'failed'], ['returned', 'returned']]) {
        await force('status', { delivery_id: id, state });
        await eventually(() => w.status(id), (now) => now === status, state);
      }
      assert.equal((await force('accept', { forced: false })).next, 'profile');
      const fleet = await w.fleet();
      assert.equal((await w.api.post(`/sandbox/partners/${fleet.id}/accept`, {})).body.code, 'not_a_sandbox_partner');
      assert.equal((await w.api.post(`/sandbox/partners/${made.id}/status`, { delivery_id: id, state: 'rejected' })).status, 422);
      const live = await server.client({ tenant: `m${count}` });
      assert.equal((await live.post(`/sandbox/partners/${made.id}/accept`, {})).status, 403);
    });

    test('settlement references: what was booked, what was invoiced, and the difference', async () => {
      const w = await world();
      const fleet = await w.fleet(450);
      const { id } = await w.booked(fleet);
      const path = `/settlement-refs/${id}`;
      const open = await w.api.expect(200, 'GET', path);
      assert.deepEqual(open.bookings.map((one) => [one.partner_id, one.booked, one.invoiced, one.settled]), [[fleet.id, { amount: 450, currency: 'EUR' }, [], false]]);
      const euros = (amount) => ({ amount, currency: 'EUR' });
      const lines = [{ type: 'fee', amount: euros(450) }, { type: 'waiting', description: '7 minutes', amount: euros(120) }, { type: 'discount', amount: euros(-20) }];
      const wrong = await w.api.post(path, { partner_id: fleet.id, reference: 'stl_1', invoiced: euros(551), line_items: lines });
      assert.deepEqual(wrong.body.errors.map((one) => [one.pointer, one.code]), [['#/line_items', 'does_not_add_up']]);
      const ref = await w.api.expect(201, 'POST', path, { partner_id: fleet.id, reference: 'stl_1', invoice: 'INV-1', line_items: lines });
      assert.deepEqual([ref.booked, ref.invoiced, ref.difference], [euros(450), euros(550), euros(100)]);
      assert.equal((await w.api.post(path, { partner_id: fleet.id, reference: 'stl_1' })).body.code, 'settlement_known');
      const other = await w.fleet();
      const stranger = await w.api.post(path, { partner_id: other.id, booking_id: ref.booking_id, reference: 'stl_2' });
      assert.equal(stranger.body.errors[0].pointer, '#/booking_id');
      const closed = await w.api.expect(200, 'GET', path);
      assert.deepEqual(closed.bookings[0].difference, euros(100));
      assert.ok(closed.bookings[0].settled);
      assert.deepEqual(closed.data, [ref]);
      assert.ok((await w.events(id)).some((one) => one.type === 'settlement_ref.created'));
    });
  });
}

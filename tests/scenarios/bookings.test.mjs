// The property that bookings are made for: the process dies at any named gap, answers are lost anywhere, and no parcel ever has two couriers.
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { Fleet } from '../harness/fleet.mjs';
import { stores } from '../harness/postgres.mjs';
import { Server } from '../harness/server.mjs';

const { postgres, list } = await stores();
after(() => postgres.stop());

const gaps = ['booking.intent_committed', 'booking.calling_committed', 'booking.answered', 'booking.answer_committed', 'store.before_commit', 'store.after_commit'];
const moods = ['good', 'good', 'good', 'loses_answer', 'half', 'fails', 'loses_request', 'refuses'];
const rounds = Number(process.env.LASTMILE_BOOKING_ROUNDS ?? gaps.length);
const first = Number(process.env.LASTMILE_BOOKING_SEED ?? 1);

/** mulberry32: the same story for the same seed. */
function dice(seed) {
  let state = seed * 0x9e3779b9;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  return { below: (n) => Math.floor(next() * n), of: (list_) => list_[Math.floor(next() * list_.length)] };
}

const live = ['booked', 'courier_assigned', 'picked_up', 'delivered'];

async function play(db, seed) {
  const roll = dice(seed);
  const gap = gaps[(seed - 1) % gaps.length];
  const nth = 1 + roll.below(gap.startsWith('store.') ? 60 : 6);
  const server = await Server.start({ db });
  const fleets = [await Fleet.open(300), await Fleet.open(800)];
  const wrong = [];
  const told = `seed ${seed}: killed at the ${nth}. ${gap}`;
  try {
    const api = await server.client({ tenant: `crash${seed}`, partition: 'test' });
    for (const fleet of fleets) {
      await fleet.join(api);
      fleet.next = () => roll.of(moods);
      fleet.made = (job) => {
        const others = fleets.flatMap((one) => [...one.jobs.values()]).filter((one) => one !== job && one.tracking === job.tracking && live.includes(one.state));
        if (others.length) wrong.push(`${job.tracking} was given away while ${others.map((one) => `${one.job_id} is ${one.state}`)}`);
      };
    }
    const ids = [];
    for (let n = 0; n < 6; n += 1)
      ids.push((await api.expect(201, 'POST', '/deliveries', { packages: [{ weight: 1000 }], pickup: { address: { line1: 'Turmstraße 1', location: { lat: 53.55, lon: 13.26 } } },
        dropoff: { address: { line1: `Weg ${n}`, location: { lat: 53.56 + n / 1000, lon: 13.27 } } } })).id);
    await server.kill();
    server.options.env = { LASTMILE_FAILPOINTS: `${gap}=kill:${nth}` };
    await server.launch().catch(() => {});  // it may die while it starts

    // Whatever answers are lost by the crash is asked for again, as a caller would, under the same key.
    const byPlan = seed % 2 === 0;
    const book = async () => {
      if (byPlan) return api.call('POST', '/assignments/auto', { delivery_ids: ids }, { 'idempotency-key': `plan${seed}` }).catch(() => {});
      for (const id of ids) await api.call('POST', `/deliveries/${id}/bookings`, {}, { 'idempotency-key': `book${id}` }).catch(() => {});
    };
    await book();
    await api.call('POST', '/sandbox/clock', { advance_s: 60 }).catch(() => {});  // what it began goes on until it dies, or comes to rest
    await server.kill().catch(() => {});
    server.options.env = {};
    await server.launch();
    await book();

    // Couriers work, the clock goes on: every parcel gets there.
    let open = ids;
    for (let round = 0; open.length && round < 300; round += 1) {
      await api.expect(200, 'POST', '/sandbox/clock', { advance_s: 120 });
      for (const fleet of fleets)
        for (const job of fleet.jobs.values()) {
          const next = { booked: 'courier_assigned', courier_assigned: 'picked_up', picked_up: 'delivered' }[job.state];
          if (next && roll.below(3)) fleet.move(job.job_id, next);
        }
      const all = await Promise.all(open.map((id) => api.expect(200, 'GET', `/deliveries/${id}`)));
      open = all.filter((one) => one.status !== 'delivered').map((one) => one.id);
      // Both partners said no: free again, with an exception; a person gives it away anew (to whoever is named).
      for (const one of all.filter((it) => it.status === 'requested')) {
        const going = (await api.expect(200, 'GET', `/events?delivery_id=${one.id}&limit=200`)).data.filter((event) => event.type === 'exception.opened');
        if (going.length) await api.call('POST', `/deliveries/${one.id}/bookings`, { partner_id: roll.of(fleets).id });
      }
    }
    assert.deepEqual(open, [], `${told}: all of it arrives`);
    assert.deepEqual(wrong, [], told);
    for (const tracking of new Set(fleets.flatMap((fleet) => [...fleet.jobs.values()]).map((job) => job.tracking))) {
      const jobs = fleets.flatMap((fleet) => [...fleet.jobs.values()]).filter((job) => job.tracking === tracking && live.includes(job.state));
      assert.equal(jobs.length, 1, `${told}: ${tracking} has one courier`);
    }
  } finally {
    fleets.forEach((fleet) => fleet.close());
    await server.kill().catch(() => {});
  }
}

for (const [name, db] of await list()) {
  describe(`bookings that are cut short on ${name}`, () => {
    for (let seed = first; seed < first + rounds; seed += 1)
      test(`seed ${seed}: ${gaps[(seed - 1) % gaps.length]}`, () => play(db, seed));
  });
}

// The lifecycle against a small model that shares no code with the server: random commands, legal and illegal, of dispatchers, two couriers, a colleague
// who takes over on the street, a phone that tells late what was done, and customers.
// The model is the sentences of the lifecycle's page in the fewest lines: where parcels are, who is to carry them, and what follows.
// Seen failing: a model that let a courier deliver before his route began, and one that counted loading at the dock as departure, disagreed at once.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import { stores } from '../harness/postgres.mjs';
import { World } from './world.mjs';

const { postgres, list } = await stores();
after(() => postgres.stop());
const runs = process.env.LASTMILE_FULL ? 400 : 60;
const most_attempts = 3, returned_after = 2;

class Model {
  /** `patience`: so many commands before somebody gives up. */
  constructor(parcels, patience) {
    Object.assign(this, { patience, said: 0 });
    this.parcels = Array.from({ length: parcels }, () => ({ at: 'hub', way: 'forward', by: null, end: null }));
    // Cleo is under way with something else all day: she is never done, and is given nothing at the hub.
    this.couriers = { ada: { state: 'none', dock: false }, ben: { state: 'none', dock: false }, cleo: { state: 'driving', dock: false, helps: true } };
    this.door = {};  // a courier's dropoff that he may have served without a signal
    this.trying = true;
    this.failed = 0;
    this.wish = 'none';
    this.closed = false;
  }

  on(c) { return this.parcels.filter((p) => p.at === c && !p.end); }
  bound(c) { return this.parcels.filter((p) => p.by === c && !p.end); }
  open() { return this.parcels.filter((p) => !p.end); }
  carries() { return this.open().some((p) => p.at !== 'hub'); }
  forward(c) { return this.on(c).filter((p) => p.way === 'forward'); }
  back(c) { return this.on(c).filter((p) => p.way === 'back'); }
  free() { return this.open().filter((p) => p.at === 'hub' && p.way === 'forward' && !p.by); }

  status() {
    const done = this.parcels.some((p) => p.end === 'delivered'), live = this.open().some((p) => p.way === 'forward');
    if (done && !live) return 'delivered';
    if (this.wish === 'confirmed') return 'cancelled';
    if (!this.open().length && this.parcels.some((p) => p.end === 'returned')) return 'returned';
    if (this.closed || !this.open().length) return 'failed';
    if (this.trying && (done || this.open().some((p) => p.way === 'forward' && p.at !== 'hub' && ['driving', 'paused'].includes(this.couriers[p.at].state)))) return 'enroute';
    if (this.trying && this.open().some((p) => p.way === 'forward' && p.by)) return 'assigned';
    return this.trying ? 'requested' : 'failed';
  }

  /** A courier with nothing left to do is done; his next work is a new route. */
  settle() {
    for (const [name, c] of Object.entries(this.couriers)) if (c.state !== 'none' && !c.helps && !this.bound(name).length && !this.on(name).length) Object.assign(c, { state: 'none', dock: false });
  }

  /** What is not wanted any more: at the hub it has ended, on board it comes back. */
  giveUp() {
    for (const p of this.open()) {
      if (p.at === 'hub') Object.assign(p, { end: 'dropped', way: null, by: null });
      else Object.assign(p, { way: 'back', by: p.at });
    }
    for (const c of Object.values(this.couriers)) c.dock = false;  // nothing is to be fetched any more
  }
}

const agreed = async (m, real) => {
  m.settle();
  const seen = await real.world.get(real.delivery);
  const who = (custody) => ['ada', 'ben', 'cleo'].find((c) => custody === `driver:${real[c].id}`) ?? custody;
  const places = seen.packages.map((p) => (p.custody.startsWith('hub:') ? 'hub' : who(p.custody)));
  const story = JSON.stringify({ said: real.said, legs: seen.legs.map((l) => [l.kind, l.purpose, l.state, l.driver_id]), attempts: seen.attempts, cancellation: seen.cancellation });
  assert.equal(seen.status, m.status(), story);
  assert.deepEqual(places, m.parcels.map((p) => (p.end === 'delivered' ? 'recipient' : p.at)), story);
  assert.deepEqual(seen.packages.map((p) => Boolean(p.end && p.end !== 'none')), m.parcels.map((p) => Boolean(p.end)), story);
  for (const p of seen.packages) assert.ok(seen.legs.filter((l) => l.packages.some((i) => i.package_id === p.id && i.state === 'taken')).length <= 1, `two couriers: ${story}`);
};

/** One kind of command: when it can be said at all, whether it is legal, what is called, what follows. */
function kind(name, { when = () => true, legal, call, then }) {
  return (...args) => ({
    // The illegal is tried too, now and then, or nothing else would be said.
    check: (m) => when(m, ...args) && (m.said % 4 === 3 || legal(m, ...args)),
    async run(m, real) {
      m.said += 1;
      const allowed = legal(m, ...args);
      const answer = await call(real, ...args);
      real.said.push(`${name}(${args}) ${answer.status}`);
      assert.ok(answer.status < 500, `${name}: ${answer.status} ${JSON.stringify(answer.body)}`);
      assert.equal(answer.status < 300, allowed, `${name}(${args}) should be ${allowed ? 'legal' : 'refused'}: ${answer.status} ${JSON.stringify(answer.body)} after ${real.said.join(', ')}`);
      if (!allowed) assert.ok(answer.body.code && [404, 409, 422].includes(answer.status), `${name}: refused with a reason`);
      if (allowed) then?.(m, ...args, answer);
      await agreed(m, real);
    },
    toString: () => `${name}(${args})`,
  });
}

const stopOf = async (real, c, type) => {
  const { body } = await real[c].app.get('/driver-api/work');
  for (const { assignment } of body.data.map((w) => ({ assignment: w.assignment ?? w })))
    for (const s of assignment.route.stops) if (s.type === type && s.delivery_ids.includes(real.delivery.id) && ['pending', 'arrived'].includes(s.status)) return s;
  return { stop_id: 'stp_00000000000000000000000001', status: 'pending' };
};
const atStop = async (real, c, type, action, body) => {
  const stop = await stopOf(real, c, type);
  if (stop.status === 'pending') {
    const arrived = await real[c].app.post(`/driver-api/stops/${stop.stop_id}/arrive`);
    if (arrived.status >= 300) return arrived;
  }
  if (body?.reason === 'no_one_home') await real[c].app.post(`/driver-api/stops/${stop.stop_id}/attempt`, { channel: 'call', contacted: false });
  return real[c].app.post(`/driver-api/stops/${stop.stop_id}/${action}`, body);
};
const ask = (what, body) => (real) => real.world.ops.post(`/deliveries/${real.delivery.id}/${what}`, body ?? {});
const other = { ada: 'ben', ben: 'ada' };
const state = (m, c) => m.couriers[c].state;
const driving = (m, c) => state(m, c) === 'driving';

const commands = {
  assign: kind('assign', {
    when: (m, c) => state(m, c) === 'none' && !m.carries(),
    legal: (m) => m.free().length > 0 && m.wish !== 'confirmed' && !m.closed,
    call: (real, c) => real.world.ops.post(`/drivers/${real[c].id}/assign`, { delivery_ids: [real.delivery.id] }),
    then: (m, c) => { m.free().forEach((p) => { p.by = c; }); Object.assign(m.couriers[c], { state: 'accepted', dock: true }); },
  }),
  unassign: kind('unassign', {
    when: (m, c) => state(m, c) === 'accepted' && (m.on(c).length === 0 || m.on(c).length === m.bound(c).length),
    legal: (m, c) => m.on(c).length === 0,
    call: (real, c) => real.world.ops.post(`/drivers/${real[c].id}/unassign`, { delivery_ids: [real.delivery.id] }),
    then: (m, c) => m.bound(c).forEach((p) => { p.by = null; }),
  }),
  load: kind('load', {
    when: (m, c) => m.bound(c).some((p) => p.at === 'hub'),
    legal: (m, c) => ['accepted', 'driving', 'paused'].includes(state(m, c)),
    call: async (real, c) => {
      const seen = await real.world.get(real.delivery);
      return real[c].app.post('/driver-api/scan', { action: 'load', package_id: seen.packages.find((p) => p.custody.startsWith('hub:')).id });
    },
    then: (m, c) => { m.bound(c).find((p) => p.at === 'hub').at = c; },
  }),
  start: kind('start', {
    when: (m, c) => state(m, c) !== 'none' && state(m, c) !== 'paused',
    legal: () => true,
    call: async (real, c) => real[c].app.post(`/driver-api/assignments/${(await real.route(c)).id}/start-route`),
    then: (m, c) => { m.couriers[c].state = 'driving'; },
  }),
  collect: kind('collect', {
    when: (m, c) => m.couriers[c].dock && state(m, c) !== 'paused',
    legal: driving,
    call: async (real, c) => {
      real.doors[c] = (await stopOf(real, c, 'dropoff')).stop_id;
      return atStop(real, c, 'pickup', 'complete');
    },
    then: (m, c) => { m.bound(c).forEach((p) => { p.at = c; }); m.couriers[c].dock = false; m.door[c] = true; },
  }),
  collectOne: kind('collectOne', {
    when: (m, c) => m.couriers[c].dock && driving(m, c) && m.parcels.length === 2 && m.bound(c).filter((p) => p.at === 'hub').length === 2,
    legal: () => true,
    call: async (real, c) => {
      real.doors[c] = (await stopOf(real, c, 'dropoff')).stop_id;
      return atStop(real, c, 'pickup', 'partial', {
      items: real.delivery.packages.map((p, i) => ({ delivery_id: real.delivery.id, package_id: p.id, outcome: i ? 'missing' : 'collected' })) });
    },
    then: (m, c) => {
      m.parcels[0].at = c;
      m.parcels[1].by = null;  // free again, for whoever finds it
      m.couriers[c].dock = false;
      m.door[c] = true;
    },
  }),
  handover: kind('handover', {
    // All that he has, in one go: what a broken-down van's colleague does.
    when: (m, c) => m.on(c).length > 0 && m.on(c).length === m.open().length && m.on(c).every((p) => p.way !== null) && m.wish !== 'requested',
    legal: () => true,
    call: async (real, c) => {
      const seen = await real.world.get(real.delivery);
      let last;
      for (const p of seen.packages.filter((one) => one.custody === `driver:${real[c].id}`)) {
        last = await real.cleo.app.post('/driver-api/scan', { action: 'handover', package_id: p.id, confirmed: true });
        if (last.status >= 300) return last;
      }
      return last;
    },
    then: (m, c) => { m.on(c).forEach((p) => Object.assign(p, { at: 'cleo', by: 'cleo' })); m.couriers[c].dock = false; m.door = {}; },
  }),
  lateDelivered: kind('lateDelivered', {
    // Done at the door without a signal, told after whatever the desk has decided meanwhile: a fact counts.
    when: (m, c) => m.door[c] && driving(m, c) && m.on(c).length > 0,
    legal: () => true,
    call: async (real, c) => {
      const stop_id = real.doors[c], device_time = (await real.world.ops.get('/sandbox/clock')).body.now;
      const answer = await real[c].app.post('/driver-api/sync', { device_id: `phone of ${c}`, device_time, events: [{ event_id: `late-${stop_id}`, action: 'complete', stop_id, device_time, body: { status: 'delivered' } }] });
      return answer.status === 200 && answer.body.results[0].status !== 'applied' ? { status: 409, body: answer.body } : answer;
    },
    then: (m, c) => {
      m.on(c).forEach((p) => Object.assign(p, { end: 'delivered', way: null, by: null }));
      m.door = {};
      if (m.wish === 'requested') m.wish = 'refused';
    },
  }),
  deliver: kind('deliver', {
    when: (m, c) => state(m, c) === 'accepted' || (driving(m, c) && !m.couriers[c].dock),
    legal: (m, c) => driving(m, c) && m.forward(c).length > 0,
    call: (real, c) => atStop(real, c, 'dropoff', 'complete', { status: 'delivered' }),
    then: (m, c) => {
      m.door = {};
      m.forward(c).forEach((p) => Object.assign(p, { end: 'delivered', way: null, by: null }));
      if (m.wish === 'requested') m.wish = 'refused';
    },
  }),
  nobodyHome: kind('nobodyHome', {
    when: (m, c) => driving(m, c) && !m.couriers[c].dock && m.wish !== 'requested' && m.free().length === 0,
    legal: (m, c) => driving(m, c) && m.forward(c).length > 0,
    call: (real, c) => atStop(real, c, 'dropoff', 'failed', { reason: 'no_one_home' }),
    then: (m, c) => {
      m.door = {};
      m.failed += 1;
      m.trying = false;
      m.forward(c).forEach((p) => Object.assign(p, m.failed >= returned_after ? { way: 'back' } : { way: null, by: null }));
    },
  }),
  refuseOne: kind('refuseOne', {
    when: (m, c) => driving(m, c) && !m.couriers[c].dock && m.forward(c).length === 2 && m.wish !== 'requested',
    legal: () => true,
    call: (real, c) => atStop(real, c, 'dropoff', 'partial', {
      items: real.delivery.packages.map((p, i) => ({ delivery_id: real.delivery.id, package_id: p.id, outcome: i ? 'refused' : 'delivered' })) }),
    then: (m) => {
      m.door = {};
      Object.assign(m.parcels[0], { end: 'delivered', way: null, by: null });
      Object.assign(m.parcels[1], { way: 'back' });
      m.failed += 1;
      m.trying = false;
    },
  }),
  unload: kind('unload', {
    when: (m, c) => state(m, c) !== 'paused' && state(m, c) !== 'none' && m.back(c).length > 0,
    legal: (m, c) => driving(m, c),
    call: (real, c) => atStop(real, c, 'hub', 'complete'),
    then: (m, c) => m.back(c).forEach((p) => Object.assign(p, { at: 'hub', end: 'returned', way: null, by: null })),
  }),
  pause: kind('pause', {
    when: (m, c) => state(m, c) !== 'none',
    legal: driving,
    call: async (real, c) => real.world.ops.post(`/assignments/${(await real.route(c)).id}/pause`, { reason: 'the van' }),
    then: (m, c) => { m.couriers[c].state = 'paused'; },
  }),
  resume: kind('resume', {
    when: (m, c) => state(m, c) !== 'none',
    legal: (m, c) => state(m, c) === 'paused',
    call: async (real, c) => real.world.ops.post(`/assignments/${(await real.route(c)).id}/resume`),
    then: (m, c) => { m.couriers[c].state = 'driving'; },
  }),
  retry: kind('retry', {
    when: (m) => !Object.values(m.couriers).some((c) => c.state === 'paused') && m.wish !== 'requested',
    legal: (m) => m.status() === 'failed' && !m.closed && m.failed < most_attempts && !m.open().some((p) => p.way === 'back'),
    call: ask('retry'),
    then: (m) => { m.trying = true; m.open().forEach((p) => Object.assign(p, { way: 'forward', by: p.at === 'hub' ? null : p.at })); },
  }),
  bringBack: kind('bringBack', {
    when: (m) => !Object.values(m.couriers).some((c) => c.state === 'paused') && m.wish !== 'requested',
    legal: (m) => m.open().some((p) => p.at !== 'hub' && p.way === null),
    call: ask('bring-back'),
    then: (m) => m.open().forEach((p) => { if (p.way === null) Object.assign(p, { way: 'back', by: p.at }); }),
  }),
  cancel: kind('cancel', {
    when: (m) => m.said >= m.patience && !(m.parcels.some((p) => p.end === 'delivered') && m.open().length),
    legal: () => true,
    call: ask('cancel', { reason: 'not wanted any more' }),
    then: (m, answer) => {
      const may = m.open().length > 0 && !m.closed && ['none', 'refused'].includes(m.wish);
      if (may) {
        m.wish = m.open().some((p) => p.way === 'forward' && p.at !== 'hub') ? 'requested' : 'confirmed';
        if (m.wish === 'confirmed') m.giveUp();
      }
      assert.equal(answer.body.cancellation, may || ['requested', 'confirmed'].includes(m.wish) ? m.wish : 'refused');
    },
  }),
  confirm: kind('confirm', { legal: (m) => m.wish === 'requested', call: ask('confirm-cancel'), then: (m) => { m.wish = 'confirmed'; m.giveUp(); } }),
  refuse: kind('refuse', { legal: (m) => m.wish === 'requested', call: ask('refuse-cancel'), then: (m) => { m.wish = 'refused'; } }),
  close: kind('close', {
    when: (m) => m.said >= m.patience && m.wish !== 'requested',
    legal: (m) => !m.closed && m.open().length > 0 && ['requested', 'assigned', 'enroute', 'failed'].includes(m.status()),
    call: ask('close', { outcome: 'undeliverable' }),
    then: (m) => { m.closed = true; m.giveUp(); },
  }),
};

for (const [name, db] of await list()) {
  describe(`the lifecycle and its model on ${name}`, () => {
    let world;
    before(async () => {
      world = await World.start({ db, partition: 'test', map: null });
      await world.ops.expect(200, 'PATCH', '/policies', {
        offer: { auto_accept: true }, proof: { dropoff: [] }, max_attempts: most_attempts, auto_return_after_attempts: returned_after,
        planning: { trigger: { new_delivery: 'off', cancel: 'off', decline: 'off', driver_offline: 'off', running_late: 'off', exception: 'off', closure: 'off' } } });
    });
    after(() => world?.stop());

    test('they never disagree', async () => {
      const courier = fc.constantFrom('ada', 'ada', 'ada', 'ben');
      const anybody = fc.constantFrom('ada', 'ada', 'ben', 'cleo', 'cleo');
      const times = (n, arbitrary) => Array.from({ length: n }, () => arbitrary);
      // What goes on is said often, what ends a story seldom; whatever cannot be said in a state is passed over.
      const weights = { assign: 4, unassign: 1, load: 3, start: 5, collect: 5, deliver: 1, nobodyHome: 4, refuseOne: 2, unload: 3, pause: 2, resume: 3 };
      const street = { deliver: 1, nobodyHome: 2, unload: 3 };  // what the colleague does, too
      const mishaps = { handover: 3, lateDelivered: 3, collectOne: 2 };
      const others = { retry: 5, bringBack: 1, cancel: 1, confirm: 1, refuse: 2, close: 1 };
      const all = [
        ...Object.entries(weights).flatMap(([n, weight]) => times(weight, courier.map(commands[n]))),
        ...Object.entries(street).flatMap(([n, weight]) => times(weight, anybody.map(commands[n]))),
        ...Object.entries(mishaps).flatMap(([n, weight]) => times(weight, courier.map(commands[n]))),
        ...Object.entries(others).flatMap(([n, weight]) => times(weight, fc.constant(commands[n]()))),
      ];
      await fc.assert(
        fc.asyncProperty(fc.integer({ min: 1, max: 2 }), fc.integer({ min: 0, max: 40 }), fc.commands(all, { maxCommands: 80, size: 'max' }), async (parcels, patience, said) => {
          const real = { world, said: [], doors: {}, ada: await world.courier('Ada'), ben: await world.courier('Ben'), cleo: await world.courier('Cleo') };
          await real.cleo.underway([await world.delivery({ dropoff: { address: { line1: 'Weg 2', location: { lat: 53.557, lon: 13.263 } }, recipient: { name: 'Max Roe' } } })]);
          real.route = async (c) => (await real[c].app.get('/driver-api/work')).body.data.map((w) => w.assignment ?? w).find((a) => ['accepted', 'in_progress', 'paused'].includes(a.status)) ?? { id: 'asg_00000000000000000000000001' };
          real.delivery = await world.delivery({
            packages: Array.from({ length: parcels }, (_, i) => ({ package_id: `M${world.made}-${i}`, weight: 500 })),
            dropoff: { address: { line1: 'Weg 1', location: { lat: 53.556, lon: 13.262 } }, recipient: { name: 'Jane Roe' } } });
          await fc.asyncModelRun(() => ({ model: new Model(parcels, patience), real }), said);
        }),
        { numRuns: runs, seed: Number(process.env.LASTMILE_SEED ?? 20261124), endOnFailure: false, interruptAfterTimeLimit: 120_000, markInterruptAsFailure: false },
      );
    });
  });

  describe(`two hundred at once on ${name}`, () => {
    let world;
    before(async () => { world = await World.start({ db, map: null }); });
    after(() => world?.stop());
    const place = { address: { line1: 'Weg 1', location: { lat: 53.556, lon: 13.262 } }, recipient: { name: 'Jane Roe' } };

    test('one delivery: exactly one driver gets it, the others are told why', async () => {
      const d = await world.delivery({ dropoff: place });
      const drivers = await Promise.all(Array.from({ length: 8 }, () => world.courier()));
      const answers = await Promise.all(Array.from({ length: 200 }, (_, i) => world.ops.post(`/drivers/${drivers[i % 8].id}/assign`, { delivery_ids: [d.id] })));
      const seen = await world.get(d);
      const winner = seen.assignment.driver_id;
      for (const [i, { status, body }] of answers.entries()) {
        if (status === 200) assert.equal(drivers[i % 8].id, winner, 'only the holder is told yes');
        else assert.ok([409, 422, 503].includes(status) && body.code && body.detail !== undefined, `${status} ${JSON.stringify(body)}`);
      }
      assert.ok(answers.some((a) => a.status === 200));
      const { data } = await world.ops.expect(200, 'GET', '/assignments?limit=200');
      assert.equal(data.filter((a) => !['withdrawn'].includes(a.status) && a.route.stops.some((s) => s.delivery_ids.includes(d.id))).length, 1);
    });

    test('one driver: every parcel that he was given is on his route once, within what his van holds', async () => {
      const ada = await world.courier('Ada', { capacity: { parcels: 40 } });
      const made = (await Promise.all([1, 2, 3, 4].map(() => world.ops.expect(201, 'POST', '/deliveries', Array.from({ length: 50 }, () => world.wanted({ dropoff: place })))))).flatMap((all) => all.data);
      const answers = await Promise.all(made.map((d) => world.ops.post(`/drivers/${ada.id}/assign`, { delivery_ids: [d.id] })));
      const given = made.filter((_, i) => answers[i].status === 200).map((d) => d.id).sort();
      for (const { status, body } of answers) if (status !== 200) assert.ok([409, 422, 503].includes(status) && body.code, `${status} ${JSON.stringify(body)}`);
      assert.ok(given.length > 0 && given.length <= 40, `${given.length} of 40 places`);
      const { data } = await world.ops.expect(200, 'GET', `/assignments?driver_id=${ada.id}&limit=200`);
      const onRoutes = data.filter((a) => a.status !== 'withdrawn').flatMap((a) => a.route.stops.filter((s) => s.type === 'dropoff').flatMap((s) => s.delivery_ids)).sort();
      assert.deepEqual(onRoutes, given);
    });
  });
}

// The planner from outside: plans made, previewed, committed, left out; what runs stays; what cannot be planned says why.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Server, Client, demoMap } from '../harness/server.mjs';
import { stores } from '../harness/postgres.mjs';

const { postgres, list } = await stores();
after(() => postgres.stop());
const hour = 3_600_000;
const at = (hours) => new Date(Date.now() + hours * hour).toISOString();

for (const [name, db] of await list()) {
  describe(`planning on ${name}`, () => {
    let server, count = 0;
    before(async () => { server = await Server.start({ db }); });
    after(() => server?.stop());

    /** A tenant of its own with a hub: nothing of one test is planned by another. */
    async function world() {
      count += 1;
      const ops = await server.client({ tenant: `t${count}` });
      const hub = await ops.expect(201, 'POST', '/hubs', { name: 'Hub', address: { line1: 'Am Hafen 1', location: { lat: 53.55, lon: 13.26 } } });
      const w = { ops, hub, n: 0 };
      w.driver = async (more = {}, wheels = {}) => {
        const vehicle = await ops.expect(201, 'POST', '/vehicles', { type: 'van', capacity: { parcels: 20 }, warehouse: hub.id, ...wheels });
        const made = await ops.expect(201, 'POST', '/drivers', { name: 'Ada Fahrer', vehicle_id: vehicle.id, home_hub_id: hub.id, status: 'available', ...more });
        return { id: made.id, vehicle, app: async () => new Client(server, (await ops.expect(200, 'POST', `/drivers/${made.id}/impersonate-token`, { minutes: 30 })).token) };
      };
      w.deliveries = async (n, more = {}) => (await ops.expect(201, 'POST', '/deliveries', Array.from({ length: n }, () => {
        w.n += 1;
        return { packages: [{ weight: 1000 }], pickup: { hub_id: hub.id },
          dropoff: { address: { line1: `Weg ${w.n}`, location: { lat: 53.54 + 0.02 * ((w.n * 37) % 100) / 100, lon: 13.24 + 0.04 * ((w.n * 61) % 97) / 97 } }, ...more.dropoff }, ...more.whole };
      }))).data;
      w.get = (id) => ops.expect(200, 'GET', `/deliveries/${id}`);
      return w;
    }
    const ids = (deliveries) => deliveries.map((d) => d.id);
    const planned = (plan) => plan.assignments.flatMap((a) => a.route.stops.filter((s) => s.type === 'dropoff').flatMap((s) => s.delivery_ids)).sort();

    test('auto binds each delivery once, within capacity, and offers the routes', async () => {
      const w = await world();
      await w.driver(), await w.driver();
      const made = await w.deliveries(30);
      const key = { 'idempotency-key': 'one' };
      const first = await w.ops.post('/assignments/auto', { delivery_ids: ids(made) }, key);
      assert.equal(first.status, 200, JSON.stringify(first.body));
      const plan = first.body;
      assert.equal(plan.status, 'committed');
      assert.deepEqual(planned(plan), ids(made).sort());
      assert.deepEqual([plan.unassigned, plan.left_out, plan.partner_assignments], [[], [], []]);
      for (const a of plan.assignments) {
        assert.equal(a.status, 'offered');
        assert.ok(Math.max(...a.route.stops.map((s) => s.load.parcels)) <= 20, 'capacity holds');
        assert.equal(a.route.stops[0].type, 'pickup');
        assert.equal(a.route.eta_per_stop.length, a.route.stops.length);
        for (const member of ['route_id', 'route_geometry', 'estimated_distance_m', 'estimated_time_s', 'co2_g']) assert.ok(a.route[member] !== undefined, member);
        assert.deepEqual(await w.ops.expect(200, 'GET', `/assignments/${a.assignment_id}`).then((b) => b.route.stops.map((s) => s.stop_id)), a.route.stops.map((s) => s.stop_id));
      }
      const parts = Object.values(plan.cost.by_component).reduce((sum, part) => sum + part.amount, 0);
      assert.equal(parts, plan.cost.total.amount);
      assert.equal((await w.get(made[0].id)).status, 'assigned');
      const again = await w.ops.post('/assignments/auto', { delivery_ids: ids(made) }, key);
      assert.equal(again.headers.get('idempotent-replayed')?.slice(0, 4), again.headers.get('idempotent-replayed') === 'true' ? 'true' : 'curr');
      assert.equal(again.body.plan_id, plan.plan_id);
      const other = await w.ops.post('/assignments/auto', { delivery_ids: [made[0].id] }, key);
      assert.equal(other.body.code, 'idempotency_key_reused');
      const none = await w.ops.expect(200, 'POST', '/assignments/auto', { delivery_ids: [made[0].id] });
      assert.equal(none.unassigned[0].reasons[0].code, 'already_assigned');
      const kept = await w.ops.expect(200, 'GET', `/optimizer/plans/${plan.plan_id}`);
      assert.deepEqual(planned(kept), planned(plan));
    });

    test('a preview binds nothing; its token commits exactly it, once', async () => {
      const w = await world();
      await w.driver();
      const made = await w.deliveries(8);
      const preview = await w.ops.expect(200, 'POST', '/optimizer/preview', { delivery_ids: ids(made), strategy: 'cost' });
      assert.equal(preview.status, 'preview');
      assert.ok(preview.commit_token && preview.expires_at);
      assert.equal((await w.get(made[0].id)).status, 'requested');
      const committed = await w.ops.expect(200, 'POST', '/assignments/commit', { commit_token: preview.commit_token });
      assert.deepEqual(committed.assignments.map((a) => a.assignment_id), preview.assignments.map((a) => a.assignment_id));
      assert.deepEqual(committed.assignments[0].route.stops.map((s) => s.stop_id), preview.assignments[0].route.stops.map((s) => s.stop_id));
      const twice = await w.ops.expect(200, 'POST', '/assignments/commit', { commit_token: preview.commit_token });
      assert.equal(twice.plan_id, committed.plan_id);
      assert.equal((await w.ops.expect(200, 'GET', '/assignments')).data.length, 1, 'committed once');
      const foreign = await world();
      const stolen = await foreign.ops.post('/assignments/commit', { commit_token: preview.commit_token });
      assert.equal(stolen.status, 422);
      assert.equal(stolen.body.errors[0].pointer, '#/commit_token');
    });

    test('what changed since the preview is left out and named; nothing left is a 409', async () => {
      const w = await world();
      const who = await w.driver();
      const made = await w.deliveries(5);
      const preview = await w.ops.expect(200, 'POST', '/optimizer/preview', { delivery_ids: ids(made) });
      await w.ops.expect(200, 'POST', `/deliveries/${made[2].id}/cancel`, {});
      const committed = await w.ops.expect(200, 'POST', '/assignments/commit', { commit_token: preview.commit_token });
      assert.deepEqual(planned(committed), ids(made.filter((_, i) => i !== 2)).sort());
      assert.equal(committed.left_out.length, 1);
      assert.equal(committed.left_out[0].delivery_id, made[2].id);
      assert.equal((await w.get(made[2].id)).status, 'cancelled');

      const more = await w.deliveries(2);
      const stale = await w.ops.expect(200, 'POST', '/optimizer/preview', { delivery_ids: ids(more) });
      const [byHand] = await w.deliveries(1);
      await w.ops.expect(200, 'POST', `/drivers/${who.id}/assign`, { delivery_ids: [byHand.id] });  // people do not wait
      const refused = await w.ops.post('/assignments/commit', { commit_token: stale.commit_token });
      assert.equal(refused.status, 409);
      assert.equal(refused.body.code, 'plan_outdated');
      assert.equal(refused.body.left_out[0].code, 'route_changed');
      assert.equal((await w.get(more[0].id)).status, 'requested');
    });

    test('what cannot be planned says why, and what would make it fit', async () => {
      const w = await world();
      const lonely = await w.deliveries(1);
      const nobody = await w.ops.expect(200, 'POST', '/assignments/auto', { delivery_ids: ids(lonely) });
      assert.equal(nobody.unassigned[0].reasons[0].code, 'no_driver');
      const who = await w.driver({ skills: ['cold'] }, { type: 'car' });
      const [late] = await w.deliveries(1, { dropoff: { window: { from: at(-3), to: at(-1) } } });
      const [skilled] = await w.deliveries(1, { whole: { skills: ['fragile'] } });
      const [van] = await w.deliveries(1, { whole: { vehicle_types: ['van'] } });
      const [heavy] = await w.deliveries(1, { whole: { packages: Array.from({ length: 21 }, () => ({ weight: 1 })) } });
      const [fine] = await w.deliveries(1, { whole: { skills: ['cold'] } });
      const plan = await w.ops.expect(200, 'POST', '/assignments/auto', { delivery_ids: ids([late, skilled, van, heavy, fine]) });
      const why = (d) => plan.unassigned.find((u) => u.delivery_id === d.id)?.reasons[0];
      assert.deepEqual(planned(plan), [fine.id]);
      assert.equal(why(late).code, 'time_window');
      assert.ok(why(late).relaxation.amount >= 3600 && why(late).relaxation.unit === 's', JSON.stringify(why(late)));
      assert.equal(why(skilled).code, 'skills');
      assert.equal(why(van).code, 'vehicle_not_allowed');
      assert.equal(why(heavy).code, 'capacity');
      assert.deepEqual(why(heavy).driver_ids, [who.id]);
      const soft = await w.ops.expect(200, 'POST', '/assignments/auto', { delivery_ids: [late.id], time_window_policy: 'soft_with_penalty' });
      assert.deepEqual(planned(soft).includes(late.id), true);
      assert.ok(soft.cost.by_component.lateness.amount > 0);
    });

    test('limits and wishes of the request are kept', async () => {
      const w = await world();
      const van = await w.driver(), bike = await w.driver({}, { type: 'bike' }), third = await w.driver();
      const made = await w.deliveries(10);
      const bikes = await w.ops.expect(200, 'POST', '/optimizer/preview', { delivery_ids: ids(made), constraints: { vehicle_type: 'bike', max_stops_per_route: 4 } });
      assert.deepEqual(bikes.assignments.map((a) => a.driver_id), [bike.id]);
      assert.equal(planned(bikes).length, 4);
      assert.equal(bikes.unassigned.length, 6);
      assert.ok(bikes.skipped_drivers.some((s) => s.driver_id === van.id && s.code === 'vehicle_type'));
      const short = await w.ops.expect(200, 'POST', '/optimizer/preview', { delivery_ids: ids(made), driver_ids: [third.id], constraints: { max_duration_s: 1800 } });
      assert.ok(planned(short).length > 0 && planned(short).length < 10, 'half an hour is not enough for all');
      assert.deepEqual([...new Set(short.assignments.map((a) => a.driver_id))], [third.id]);
      const weighed = await w.ops.expect(200, 'POST', '/optimizer/preview', { delivery_ids: ids(made), strategy: 'cost', weights: { time: 2 } });
      const plain = await w.ops.expect(200, 'POST', '/optimizer/preview', { delivery_ids: ids(made), strategy: 'cost' });
      assert.ok(weighed.cost.by_component.time.amount > 1.5 * plain.cost.by_component.time.amount);

      const [a] = await w.deliveries(1);
      const [b] = await w.deliveries(1, { whole: { not_with: [a.id] } });
      const [c] = await w.deliveries(1, { whole: { together_with: [a.id] } });
      const related = await w.ops.expect(200, 'POST', '/assignments/auto', { delivery_ids: ids([a, b, c]) });
      const on = (d) => related.assignments.find((one) => planned({ assignments: [one] }).includes(d.id))?.driver_id;
      assert.equal(on(a), on(c));
      assert.ok(on(b) && on(b) !== on(a));
    });

    test('a running route keeps what is done and begun; a locked one is left alone', async () => {
      const w = await world();
      const who = await w.driver();
      const made = await w.deliveries(4);
      const { assignments: [a] } = await w.ops.expect(200, 'POST', '/assignments/auto', { delivery_ids: ids(made) });
      const app = await who.app();
      await app.expect(200, 'POST', `/driver-api/assignments/${a.assignment_id}/accept`);
      await app.expect(200, 'POST', `/driver-api/assignments/${a.assignment_id}/start-route`);
      const [pickup, next] = a.route.stops;
      await app.expect(200, 'POST', `/driver-api/stops/${pickup.stop_id}/arrive`);
      await app.expect(200, 'POST', `/driver-api/stops/${pickup.stop_id}/complete`);
      await app.expect(200, 'POST', `/driver-api/stops/${next.stop_id}/arrive`);
      const [urgent] = await w.deliveries(1, { whole: { priority: 'high' } });
      const plan = await w.ops.expect(200, 'POST', '/assignments/auto', { delivery_ids: [urgent.id] });
      assert.equal(plan.assignments[0]?.assignment_id, a.assignment_id, JSON.stringify(plan.unassigned));
      const { route, status } = plan.assignments[0];
      assert.equal(status, 'in_progress');
      assert.deepEqual(route.stops.slice(0, 2).map((s) => [s.stop_id, s.status]), [[pickup.stop_id, 'completed'], [next.stop_id, 'arrived']]);
      for (const stop of a.route.stops) assert.ok(route.stops.some((s) => s.stop_id === stop.stop_id), 'no stop is lost');
      const seen = route.stops.filter((s) => s.delivery_ids.includes(urgent.id));
      assert.deepEqual(seen.map((s) => s.type), ['pickup', 'dropoff']);
      assert.equal((await w.get(urgent.id)).assignment.assignment_id, a.assignment_id);

      const quiet = await world();
      const locked = await quiet.driver();
      const [one] = await quiet.deliveries(1);
      const first = await quiet.ops.expect(200, 'POST', '/assignments/auto', { delivery_ids: [one.id] });
      await quiet.ops.expect(200, 'POST', `/assignments/${first.assignments[0].assignment_id}/lock`);
      const [two] = await quiet.deliveries(1);
      const none = await quiet.ops.expect(200, 'POST', '/assignments/auto', { delivery_ids: [two.id] });
      assert.deepEqual(none.skipped_drivers.map((s) => [s.driver_id, s.code]), [[locked.id, 'assignment_locked']]);
      assert.equal(none.unassigned[0].delivery_id, two.id);
    });

    test('a shift bounds the route; its break is a stop', async () => {
      const w = await world();
      const who = await w.driver({ status: 'offline' });
      await w.ops.expect(201, 'POST', `/drivers/${who.id}/shifts`, { starts_at: at(1), ends_at: at(5), breaks: [{ window: { from: at(1.7), to: at(2.4) }, duration_s: 1800 }] });
      const made = [...await w.deliveries(6, { dropoff: { window: { from: at(1), to: at(1.9) } } }), ...await w.deliveries(6, { dropoff: { window: { from: at(2.2), to: at(4) } } })];
      const plan = await w.ops.expect(200, 'POST', '/assignments/auto', { delivery_ids: ids(made) });
      assert.equal(planned(plan).length, 12);
      const [a] = plan.assignments;
      assert.ok(Date.parse(a.starts_at) >= Date.parse(at(0.99)), 'not before the shift');
      const rest = a.route.stops.find((s) => s.type === 'break');
      assert.equal(rest.service_s, 1800);
      assert.ok(Date.parse(a.route.stops.at(-1).departure) < Date.parse(at(5)));
    });

    test('a large plan is a job with progress; cancelled, it keeps the best so far and binds nothing', async () => {
      const w = await world();
      await w.driver({}, { capacity: { parcels: 100 } });
      const made = await w.deliveries(40);
      const told = await w.ops.post('/assignments/auto', { delivery_ids: ids(made) }, { prefer: 'respond-async' });
      assert.equal(told.status, 202);
      assert.equal(told.headers.get('location'), told.body.links.self);
      const ended = async (job) => {
        for (;;) {
          const seen = await w.ops.expect(200, 'GET', job.links.self);
          if (!['queued', 'running'].includes(seen.status)) return seen;
        }
      };
      const done = await ended(told.body);
      assert.equal(done.status, 'done');
      assert.equal(done.result.status, 'committed');
      assert.equal(done.result.plan_id, told.body.plan_id);
      assert.equal(done.progress.done, 100);
      const late = await w.ops.post(`/assignments/${told.body.job_id}/cancel`);
      assert.equal(late.body.code, 'job_not_legal_now');

      await w.driver({}, { capacity: { parcels: 200 } });
      // A search that has nothing left to improve ends by itself, sometimes just before the wish to cancel is heard: then it is tried on others.
      let more, cancelled;
      for (let round = 0; round < 6 && cancelled?.result?.status !== 'preview'; round += 1) {
        more = await w.deliveries(120);
        const long = await w.ops.expect(202, 'POST', '/assignments/auto', { delivery_ids: ids(more), budget_s: 600 });
        for (let seen = { status: 'queued', progress: { detail: '' } }; ['queued', 'running'].includes(seen.status) && !/best cost so far/.test(seen.progress.detail);) seen = await w.ops.expect(200, 'GET', long.links.self);
        await w.ops.post(long.links.cancel.replace('/v1/lastmile', ''));
        cancelled = await ended(long);
        if (cancelled.result?.status !== 'preview') await w.driver({}, { capacity: { parcels: 200 } });
      }
      assert.equal(cancelled.status, 'cancelled');
      assert.equal(cancelled.result.status, 'preview');
      assert.ok(planned(cancelled.result).length > 0);
      assert.equal((await w.get(more[0].id)).status, 'requested');
      const committed = await w.ops.expect(200, 'POST', '/assignments/commit', { commit_token: cancelled.result.commit_token });
      assert.deepEqual(planned(committed).filter((id) => ids(more).includes(id)), planned(cancelled.result).filter((id) => ids(more).includes(id)));
    });

    test('a replan answers with its diff: what is loaded stays, what pays moves, full stability moves nothing', async () => {
      const w = await world();
      const [left, right] = [await w.driver(), await w.driver()];
      const place = (lat, lon) => ({ dropoff: { address: { line1: 'Weg', location: { lat, lon } } } });
      const west = await w.deliveries(3, place(53.55, 13.20)), east = await w.deliveries(3, place(53.55, 13.32));
      // By hand, crosswise: each drives to both ends of the town.
      await w.ops.expect(200, 'POST', `/drivers/${left.id}/assign`, { delivery_ids: [west[0].id, west[1].id, east[0].id] });
      const { assignment } = await w.ops.expect(200, 'POST', `/drivers/${right.id}/assign`, { delivery_ids: [east[1].id, east[2].id, west[2].id] });
      const still = await w.ops.expect(200, 'POST', `/assignments/${assignment.id}/replan?preview=true`, { stability: 1, strategy: 'cost' });
      assert.deepEqual(still.diff.moved, []);
      const preview = await w.ops.expect(200, 'POST', `/assignments/${assignment.id}/replan?preview=true`, { stability: 0, strategy: 'cost' });
      assert.equal(preview.status, 'preview');
      assert.ok(preview.diff.moved.length > 0, 'one van is enough, or each keeps to its side');
      assert.equal((await w.get(west[2].id)).assignment.assignment_id, assignment.id, 'a preview moves nothing');
      const plan = await w.ops.expect(200, 'POST', `/assignments/${assignment.id}/replan`, { stability: 0, strategy: 'cost' });
      for (const move of plan.diff.moved) {
        assert.equal(move.from, assignment.id);
        assert.equal((await w.get(move.delivery_id)).assignment.assignment_id, move.to);
      }
      assert.deepEqual(plan.diff.removed, []);
      for (const d of [...west, ...east]) assert.equal((await w.get(d.id)).status, 'assigned');
      const settled = await w.ops.expect(200, 'GET', '/assignments?status=offered');
      await w.ops.expect(200, 'POST', `/assignments/${settled.data[0].id}/lock`);
      const locked = await w.ops.post(`/assignments/${settled.data[0].id}/replan`);
      assert.equal(locked.body.code, 'assignment_locked');
    });

    test('options differ and can be committed; status counts what waits', async () => {
      const w = await world();
      for (let i = 0; i < 3; i += 1) await w.driver({}, { type: i ? 'van' : 'bike', costs: { per_hour: { amount: 1500 + 1500 * i, currency: 'EUR' }, per_km: { amount: 50, currency: 'EUR' } }, co2_g_per_km: i * 150 });
      const made = await w.deliveries(12);
      const { options } = await w.ops.expect(200, 'POST', '/optimizer/options', { delivery_ids: ids(made) });
      assert.ok(options.length >= 2, JSON.stringify(options.map((o) => o.name)));
      const shape = (o) => JSON.stringify(o.plan.assignments.map((a) => [a.driver_id, a.route.stops.flatMap((s) => s.delivery_ids)]));
      assert.equal(new Set(options.map(shape)).size, options.length, 'no two alike');
      assert.deepEqual(Object.values(options[0].differences).map((v) => v.amount ?? v), [0, 0, 0, 0, 0, 0]);
      const total = (o) => o.plan.assignments.reduce((sum, a) => sum + a.route.estimated_distance_m, 0);
      assert.ok(Math.abs(options[1].differences.distance_m - (total(options[1]) - total(options[0]))) <= 1);
      const before = await w.ops.expect(200, 'GET', '/optimizer/status');
      assert.equal(before.waiting_for_plan, 12);
      const chosen = await w.ops.expect(200, 'POST', '/assignments/commit', { commit_token: options[1].plan.commit_token });
      assert.deepEqual(planned(chosen), ids(made).sort());
      const status = await w.ops.expect(200, 'GET', '/optimizer/status');
      assert.equal(status.waiting_for_plan, 0);
      assert.deepEqual([status.last_runs[0].mode, status.last_runs[0].status, status.last_runs[0].plan_id], ['commit', 'done', chosen.plan_id]);
      const many = await w.ops.post('/optimizer/options', { budget_s: 100 });
      assert.equal(many.status, 422);
    });

    test('declined: others are asked at once, the same driver is not', async () => {
      const w = await world();
      const first = await w.driver();
      const made = await w.deliveries(2);
      const { assignments: [a] } = await w.ops.expect(200, 'POST', '/assignments/auto', { delivery_ids: ids(made) });
      const second = await w.driver();
      await (await first.app()).expect(200, 'POST', `/driver-api/assignments/${a.assignment_id}/decline`, { reason: 'too_far' });
      for (;;) {
        const seen = await w.get(made[0].id);
        if (seen.status !== 'assigned') continue;
        assert.equal(seen.assignment.driver_id, second.id);
        break;
      }
      await w.ops.expect(200, 'PATCH', '/policies', { planning: { trigger: { decline: 'off' } } });
      const work = await w.ops.expect(200, 'GET', `/drivers/${second.id}/work`);
      await (await second.app()).expect(200, 'POST', `/driver-api/assignments/${work.data[0].assignment.id}/decline`, { reason: 'too_far' });
      const plan = await w.ops.expect(200, 'POST', '/assignments/auto', { delivery_ids: ids(made) });
      assert.deepEqual(planned(plan), [], 'both have declined it');
      assert.equal(plan.unassigned[0].reasons[0].code, 'vehicle_not_allowed');
    });

    test('eight dispatchers at once: each delivery gets exactly one driver, losers are told', async () => {
      const w = await world();
      for (let i = 0; i < 3; i += 1) await w.driver();
      const made = await w.deliveries(24);
      const hand = await w.driver({ status: 'offline' });
      const answers = await Promise.all([
        ...Array.from({ length: 6 }, () => w.ops.post('/assignments/auto', { delivery_ids: ids(made) })),
        ...[0, 1].map((i) => w.ops.post(`/drivers/${hand.id}/assign`, { delivery_ids: [made[i].id] })),
      ]);
      for (const { status, body } of answers) assert.ok(status === 200 || (status === 409 && body.code), `${status} ${JSON.stringify(body)}`);
      const bound = new Map();
      for (const a of (await w.ops.expect(200, 'GET', '/assignments?limit=200')).data.filter((one) => one.status !== 'withdrawn'))
        for (const stop of a.route.stops) if (stop.type === 'dropoff') for (const d of stop.delivery_ids) {
          assert.ok(!bound.has(d), `${d} is on two routes`);
          bound.set(d, a.assignment_id);
        }
      for (const d of made) assert.equal((await w.get(d.id)).assignment.assignment_id, bound.get(d.id));
    });

    test('a crash while it plans: the job goes on after the restart and binds once', async () => {
      const w = await world();
      await w.driver({}, { capacity: { parcels: 100 } });
      const made = await w.deliveries(60);
      const job = await w.ops.expect(202, 'POST', '/assignments/auto', { delivery_ids: ids(made), budget_s: 2 }, { prefer: 'respond-async' });
      await server.restart();
      w.ops.server = server;
      for (;;) {
        const seen = await w.ops.expect(200, 'GET', job.links.self);
        if (['queued', 'running'].includes(seen.status)) continue;
        assert.equal(seen.status, 'done');
        assert.deepEqual(planned(seen.result), ids(made).sort());
        break;
      }
      assert.equal((await w.ops.expect(200, 'GET', '/assignments')).data.length, 1);
    });

    test('what is wrong with a request is named', async () => {
      const w = await world();
      const [one] = await w.deliveries(1);
      const bad = await w.ops.post('/assignments/auto', {
        delivery_ids: [one.id, one.id, 'dlv_01m879wjvaf3698w8xrqj5w4jr'], partner_ids: ['prt_01m879wjvaf3698w8xrqj5w4jr'], driver_ids: ['drv_01m879wjvaf3698w8xrqj5w4jr'],
      });
      assert.equal(bad.status, 422);
      assert.deepEqual(bad.body.errors.map((e) => [e.pointer, e.code]), [['#/delivery_ids/1', 'duplicate'], ['#/delivery_ids/2', 'unknown'], ['#/driver_ids/0', 'unknown'], ['#/partner_ids/0', 'unknown']]);
      const typo = await w.ops.post('/optimizer/preview', { delivery_ids: [one.id], strategie: 'cost', budget_s: 0, weights: { time: -1 } });
      assert.deepEqual(typo.body.errors.map((e) => e.pointer).sort(), ['#/budget_s', '#/strategie', '#/weights/time']);
      const nothing = await w.ops.get('/optimizer/plans/pln_01m879wjvaf3698w8xrqj5w4jr');
      assert.equal(nothing.status, 404);
    });
  });
}

describe('planning on the map', () => {
  test('routes follow streets, and the plan says so', async () => {
    const server = await Server.start({ map: demoMap });
    try {
      const ops = await server.client();
      const hub = await ops.expect(201, 'POST', '/hubs', { name: 'Hub', address: { line1: 'Markt', location: { lat: 53.5572, lon: 13.2611 } } });
      const vehicle = await ops.expect(201, 'POST', '/vehicles', { type: 'van', warehouse: hub.id });
      await ops.expect(201, 'POST', '/drivers', { name: 'Ada', vehicle_id: vehicle.id, home_hub_id: hub.id, status: 'available' });
      const made = await ops.expect(201, 'POST', '/deliveries', [[53.5601, 13.2702], [53.5499, 13.2455], [48.1, 11.5]].map(([lat, lon], i) => (
        { packages: [{}], pickup: { hub_id: hub.id }, dropoff: { address: { line1: `Weg ${i}`, location: { lat, lon } } } })));
      const plan = await ops.expect(200, 'POST', '/assignments/auto', {});
      assert.equal(plan.travel_source, 'roads');
      assert.equal(plan.assignments[0].route.eta_source, 'roads');
      assert.ok(plan.assignments[0].route.route_geometry.length > 60);
      assert.deepEqual(plan.unassigned.map((u) => [u.delivery_id, u.reasons[0].code]), [[made.data[2].id, 'unreachable']]);
    } finally {
      await server.stop();
    }
  });
});

// What is seen coming, from outside: arrivals predicted from pings, lateness before it happens, plans that suggest themselves or commit themselves,
// what must have been tried before a visit may fail, silence, fences and closed streets. Each was seen failing by leaving the piece it is about out.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import Ajv from 'ajv/dist/2020.js';
import { judgeEvents } from '../harness/events.mjs';
import { stores } from '../harness/postgres.mjs';
import { eventually } from '../harness/receiver.mjs';
import { World } from './world.mjs';

const { postgres, list } = await stores();
after(() => postgres.stop());

for (const [name, db] of await list()) {
  describe(`what is seen coming on ${name}`, () => {
    let world, ops, ada, ben;
    const advance = (seconds) => ops.expect(200, 'POST', '/sandbox/clock', { advance_s: seconds });
    const now = async () => Date.parse((await ops.expect(200, 'GET', '/sandbox/clock')).now);
    const ahead = async (minutes) => new Date(await now() + minutes * 60_000).toISOString();
    const alerts = (query = '') => ops.expect(200, 'GET', `/alerts?limit=200${query}`);
    const suggestions = () => ops.expect(200, 'GET', '/optimizer/suggestions').then((all) => all.data);
    const ping = async (who, location) => who.app.expect(202, 'POST', '/driver-api/location', { location: { ...location, accuracy_meters: 5, timestamp: new Date(await now()).toISOString() } });
    const policy = (document) => ops.expect(200, 'PATCH', '/policies', document);
    const quiet = { new_delivery: 'off', cancel: 'off', decline: 'off', driver_offline: 'off', running_late: 'off', exception: 'off', closure: 'off' };
    const stopOf = (assignment, delivery, type = 'dropoff') => assignment.route.stops.find((s) => s.type === type && s.delivery_ids.includes(delivery.id));
    const between = (a, b, share) => ({ lat: a.lat + (b.lat - a.lat) * share, lon: a.lon + (b.lon - a.lon) * share });
    /** The log has it: on PostgreSQL it is stamped after the commit. */
    const known = (d) => eventually(() => ops.get(`/deliveries/${d.id}/timeline`), (a) => a.status === 200, 'the log');
    const depot = { lat: 53.5535, lon: 13.2525 };

    before(async () => {
      world = await World.start({ db, partition: 'test' });
      ops = world.ops;
      ada = await world.courier('Ada Fahrer');
      ben = await world.courier('Ben Brandt');
      await policy({ planning: { trigger: quiet }, offer: { expires_s: 86400 } });
    });
    after(() => world?.stop());

    test('arrivals follow the van: windows with a confidence, told to streams, never a new version', async () => {
      const made = await world.deliveries(3);
      await ada.underway(made);
      const first = await world.assignment(ada.assignment);
      const next = first.route.stops.find((s) => s.status === 'pending');
      for (const stop of first.route.stops.filter((s) => s.status === 'pending')) {
        assert.ok(Date.parse(stop.eta_window.from) <= Date.parse(stop.eta) && Date.parse(stop.eta) <= Date.parse(stop.eta_window.to));
        assert.ok(stop.confidence > 0 && stop.confidence <= 1);
      }
      const stream = await fetch(`${world.server.url}/v1/lastmile/streams/ops?topics=etas`, { headers: { authorization: `Bearer ${ops.key}` } });
      const reader = stream.body.getReader();
      await advance(60);
      await ping(ada, between(depot, next.location, 0.95));
      const seen = await eventually(() => world.assignment(ada.assignment), (a) => Date.parse(stopOf(a, { id: next.delivery_ids[0] }).eta) < Date.parse(next.eta) - 20_000, 'an earlier arrival');
      assert.equal(seen.version, first.version, 'pings raise no version');
      assert.equal(seen.route_revision, first.route_revision);
      let heard = '';
      while (!heard.includes('event: etas')) heard += Buffer.from((await reader.read()).value).toString();
      assert.match(heard, new RegExp(`"stop_id":"${next.stop_id}"`));
      await reader.cancel();
      const delivery = made.find((d) => d.id === next.delivery_ids[0]);
      const record = await world.get(delivery);
      assert.ok(record.assignment.eta && record.assignment.eta_window && record.assignment.confidence);
      const live = await ops.get(`/deliveries/${delivery.id}/live`);
      assert.equal(live.body.eta, record.live.eta);
      assert.match(live.headers.get('etag'), /^"\d+-\d+"$/);
      const track = await (await fetch(`${world.server.url}/v1/lastmile/public/track?tracking_number=${delivery.tracking_number}`)).json();
      assert.ok(track.eta_window && track.confidence > 0);
    });

    test('predictions are held against arrivals', async () => {
      const { route } = (await ada.route()).assignment;
      for (const stop of route.stops.filter((s) => s.status === 'pending')) {
        await advance(240);
        await ping(ada, stop.location);
        const [id] = stop.delivery_ids;
        await ada.deliver({ id });
      }
      const figures = await eventually(() => ops.expect(200, 'GET', '/eta/accuracy'), (f) => f.total.arrivals >= 3, 'three arrivals');
      assert.ok(figures.total.predictions >= 3);
      assert.equal(figures.groups.reduce((sum, g) => sum + g.predictions, 0), figures.total.predictions);
      assert.ok(figures.total.mae_s >= Math.abs(figures.total.bias_s));
      for (const by of ['hour', 'driver', 'area', 'basis']) {
        const { groups } = await ops.expect(200, 'GET', `/eta/accuracy?group_by=${by}`);
        assert.equal(groups.reduce((sum, g) => sum + g.predictions, 0), figures.total.predictions, by);
      }
      assert.equal((await ops.expect(200, 'GET', '/eta/accuracy?group_by=driver')).groups[0].key, ada.id);
    });

    test('lateness is told before it happens, can be taken care of, and clears itself', async () => {
      const late = await world.delivery({ dropoff: { ...world.wanted().dropoff, window: { from: await ahead(-5), to: await ahead(20) } } });
      await ada.underway([late]);
      assert.equal((await alerts(`&delivery_id=${late.id}`)).data.length, 0);
      await advance(400);
      await ping(ada, depot);
      assert.equal((await alerts(`&delivery_id=${late.id}`)).data.length, 0, 'there is time yet');
      for (let i = 0; i < 4; i += 1) { await advance(280); await ping(ada, depot); }
      const [alert] = (await eventually(() => alerts(`&delivery_id=${late.id}`), (a) => a.data.length > 0, 'an alert')).data;
      assert.equal(alert.state, 'open');
      assert.equal(alert.assignment_id, ada.assignment);
      assert.ok(alert.late_s >= 0);
      const taken = await ops.expect(200, 'POST', `/alerts/${alert.id}/acknowledge`);
      assert.deepEqual([taken.state, taken.owner !== undefined], ['acknowledged', true]);
      assert.deepEqual((await ops.expect(200, 'POST', `/alerts/${alert.id}/acknowledge`)).version, taken.version, 'twice is harmless');
      await ops.expect(200, 'POST', `/deliveries/${late.id}/reschedule`, { window: { from: await ahead(0), to: await ahead(600) } }).catch(() => ada.deliver(late));
      await eventually(() => alerts(`&delivery_id=${late.id}`), (a) => a.data.length === 0, 'it clears itself');
      const over = await ops.expect(200, 'GET', `/alerts/${alert.id}`);
      assert.equal(over.state, 'cleared');
      assert.equal((await ops.post(`/alerts/${alert.id}/acknowledge`)).status, 409);
      if ((await world.get(late)).status !== 'delivered') await ada.deliver(late);
    });

    test('a window that is over is a breach, planned or not', async () => {
      const forgotten = await world.delivery({ dropoff: { ...world.wanted().dropoff, window: { from: await ahead(1), to: await ahead(10) } } });
      await known(forgotten);
      await advance(5);
      await advance(700);
      const { data: [breach], breached, exceptions_open: exceptions } = await eventually(() => alerts(`&delivery_id=${forgotten.id}`), (a) => a.data.length > 0, 'a breach');
      assert.deepEqual([breach.kind, breach.severity], ['breached', 'high']);
      assert.ok(breached >= 1 && exceptions >= 0);
      await ops.expect(200, 'POST', `/deliveries/${forgotten.id}/cancel`);
      await eventually(() => alerts(`&delivery_id=${forgotten.id}`), (a) => a.data.length === 0, 'over');
    });

    test('what comes in suggests a plan; one call commits it, or it is set aside', async () => {
      await ops.expect(200, 'POST', `/drivers/${ben.id}/status`, { status: 'available' });
      await policy({ planning: { trigger: { new_delivery: 'suggest' } } });
      const some = await world.deliveries(3);
      await known(some[2]);
      await advance(1);
      await advance(15);
      const [made] = await eventually(suggestions, (all) => all.length > 0, 'a suggestion');
      assert.deepEqual([made.trigger, made.added, made.state], ['new_delivery', 3, 'open']);
      assert.ok(some.some((d) => made.causes.includes(d.id)));
      for (const d of some) assert.equal((await world.get(d)).status, 'requested', 'nothing is bound');
      const plan = await ops.expect(200, 'POST', '/assignments/commit', { commit_token: made.commit_token });
      assert.equal(plan.status, 'committed');
      for (const d of some) assert.equal((await world.get(d)).status, 'assigned');
      await eventually(suggestions, (all) => all.every((s) => s.plan_id !== made.plan_id), 'it is no suggestion any more');
      const log = await world.log();
      assert.ok(log.some((e) => e.type === 'plan.suggested') && log.some((e) => e.type === 'plan.committed'));

      const [more] = await world.deliveries(1);
      await known(more);
      await advance(1);
      await advance(15);
      const [other] = await eventually(suggestions, (all) => all.length > 0, 'another');
      assert.equal((await ops.expect(200, 'POST', `/optimizer/suggestions/${other.plan_id}/dismiss`)).state, 'dismissed');
      assert.equal((await suggestions()).length, 0);
      await policy({ planning: { trigger: { new_delivery: 'auto' } } });
      const [last] = await world.deliveries(1);
      await known(last);
      await advance(1);
      await advance(15);
      await eventually(() => world.get(last), (d) => d.status === 'assigned', 'planned by itself');
      assert.equal((await world.get(more)).status, 'assigned', 'with all that waited');
      await policy({ planning: { trigger: { new_delivery: 'off' } } });
      const { data: held } = await ops.expect(200, 'GET', `/assignments?driver_id=${ben.id}&status=offered`);
      await ops.expect(200, 'POST', '/assignments/bulk-unassign', { assignment_ids: held.map((a) => a.id) });
    });

    test('running late: what is not loaded is suggested for another van', async () => {
      await policy({ planning: { trigger: { running_late: 'suggest' } } });
      const place = { line1: 'Neutorstraße 3', postal_code: '17033', city: 'Neubrandenburg' };
      const doomed = await world.delivery({ pickup: { address: { ...place, line1: 'Turmstraße 5' } }, dropoff: { ...world.wanted().dropoff, window: { from: await ahead(-5), to: await ahead(30) } } });
      const first = await world.delivery({ dropoff: { address: { line1: 'Weg 1', location: { lat: 53.5, lon: 13.15 } }, recipient: { name: 'Jane Roe' } } });
      const { route } = await ada.assigned([first, doomed], { force: true });
      const order = [stopOf({ route }, first, 'pickup'), stopOf({ route }, first), stopOf({ route }, doomed, 'pickup'), stopOf({ route }, doomed)].map((s) => s.stop_id);
      await ops.expect(200, 'PUT', `/assignments/${ada.assignment}/stops`, { stop_ids: order });
      await ada.accept();
      await ada.start();
      await ada.arriveAt(first, 'pickup');
      await ada.say(`stops/${order[0]}/complete`);  // now the far door is driven to: it stays, and stays the next
      for (let i = 0; i < 8; i += 1) { await advance(280); await ping(ada, { lat: 53.45, lon: 13.1 }); }
      const { data: [alert] } = await eventually(() => alerts(`&delivery_id=${doomed.id}`), (a) => a.data.some((x) => x.replan), 'late enough');
      assert.equal(alert.severity, 'high');
      await advance(1);
      await advance(15);
      const [made] = await eventually(suggestions, (all) => all.some((s) => s.trigger === 'running_late'), 'a suggestion');
      assert.equal(made.assignment_id, ada.assignment);
      assert.equal(made.moved, 1);
      await ops.expect(200, 'POST', '/assignments/commit', { commit_token: made.commit_token });
      const moved = await world.get(doomed);
      assert.equal(moved.assignment.driver_id, ben.id);
      assert.equal((await world.get(first)).assignment.driver_id, ada.id);
      await policy({ planning: { trigger: { running_late: 'off' } } });
      await ops.expect(200, 'POST', `/deliveries/${doomed.id}/cancel`);
      await ada.deliver(first);
    });

    test('what a plan aims at by policy is what it aims at when nobody says', async () => {
      const some = await world.deliveries(5);
      const ids = some.map((d) => d.id);
      const preview = (more = {}) => ops.expect(200, 'POST', '/optimizer/preview', { delivery_ids: ids, driver_ids: [ada.id, ben.id], ...more });
      const dropoffs = (plan) => plan.assignments.map((a) => a.route.stops.filter((s) => s.type === 'dropoff').length);
      await policy({ planning: { max_stops_per_route: 2 } });
      const narrow = await preview();
      assert.ok(Math.max(...dropoffs(narrow)) <= 2 && narrow.unassigned.length >= 1, JSON.stringify(dropoffs(narrow)));
      assert.ok(dropoffs(await preview({ constraints: { max_stops_per_route: 5 } })).reduce((a, b) => a + b) === 5, 'the request says otherwise');
      await policy({ planning: { max_stops_per_route: null, strategy: 'latency' } });
      const early = await preview();
      assert.ok(early.cost.by_component.latency.amount > 0, 'waiting counts');
      await policy({ planning: { strategy: 'cost' } });
      assert.equal((await preview()).cost.by_component.latency.amount, 0);
      const missed = await world.delivery({ dropoff: { ...world.wanted().dropoff, window: { from: await ahead(0), to: await ahead(1) } } });
      const hard = await ops.expect(200, 'POST', '/optimizer/preview', { delivery_ids: [missed.id], driver_ids: [ada.id, ben.id] });
      assert.equal(hard.unassigned.length, 1);
      await policy({ planning: { time_window_policy: 'soft_with_penalty', lateness_cost_per_min: 3 } });
      const dear = await ops.expect(200, 'POST', '/optimizer/preview', { delivery_ids: [missed.id], driver_ids: [ada.id, ben.id] });
      await policy({ planning: { lateness_cost_per_min: 1 } });
      const cheap = await ops.expect(200, 'POST', '/optimizer/preview', { delivery_ids: [missed.id], driver_ids: [ada.id, ben.id] });
      assert.equal(dear.unassigned.length, 0);
      const ratio = dear.cost.by_component.lateness.amount / cheap.cost.by_component.lateness.amount;
      assert.ok(ratio > 2 && ratio < 4, `three times as dear: ${ratio}`);
      await policy({ planning: { strategy: null, time_window_policy: null } });
      for (const d of [...some, missed]) await ops.expect(200, 'POST', `/deliveries/${d.id}/cancel`);
    });

    test('a route that is broken off frees what is not on board, and that is planned at once', async () => {
      await policy({ planning: { trigger: { driver_offline: 'auto' } } });
      const place = { line1: 'Turmstraße 5', postal_code: '17033', city: 'Neubrandenburg' };
      const waiting = await world.delivery({ pickup: { address: place } });
      const who = await world.courier('Cara Carl');
      await ops.expect(200, 'POST', `/drivers/${who.id}/status`, { status: 'available' });
      await who.assigned([waiting]);
      await who.accept();
      await who.start();
      assert.equal((await ops.expect(200, 'POST', `/assignments/${who.assignment}/pause`, { reason: 'the van' })).status, 'paused');
      assert.equal((await ops.expect(200, 'POST', `/assignments/${who.assignment}/resume`)).status, 'in_progress');
      assert.equal((await ops.expect(200, 'POST', `/assignments/${who.assignment}/abort`, { reason: 'the van' })).status, 'aborted');
      assert.equal((await ops.post(`/assignments/${who.assignment}/abort`)).status, 409);
      await eventually(async () => { await advance(1); return world.get(waiting); }, (d) => d.status === 'assigned', 'another route');
      await policy({ planning: { trigger: { driver_offline: 'off' } } });
      await ops.expect(200, 'POST', `/deliveries/${waiting.id}/cancel`);
    });

    test('a cancellation replans its route; a pickup that was not possible is planned anew; a locked route is left alone', async () => {
      await advance(1);  // what was cancelled before has been read by then
      await policy({ planning: { trigger: { cancel: 'auto' } } });
      const seen = new Set();
      const fresh = async () => (await ops.expect(200, 'GET', '/optimizer/status')).last_runs.filter((r) => r.mode === 'replan' && !seen.has(r.job_id));
      const some = await world.deliveries(4);
      await ada.assigned(some);
      for (const run of await fresh()) seen.add(run.job_id);
      await ops.expect(200, 'POST', `/deliveries/${some[0].id}/cancel`);
      await eventually(async () => { await advance(4); return fresh(); }, (runs) => runs.length === 1, 'a replan');
      const other = (await world.deliveries(2));
      const locked = await ben.assigned(other);
      await ops.expect(200, 'POST', `/assignments/${locked.id}/lock`);
      await ops.expect(200, 'POST', `/deliveries/${other[0].id}/cancel`);
      await eventually(() => world.timeline(other[0], 'delivery.cancelled'), (t) => t.length > 0, 'the log');
      for (let i = 0; i < 4; i += 1) await advance(10);
      assert.equal((await fresh()).length, 1, 'nobody replans what is locked');
      await policy({ planning: { trigger: { cancel: 'off', exception: 'auto' } } });
      const place = { line1: 'Turmstraße 5', postal_code: '17033', city: 'Neubrandenburg' };
      const shut = await world.delivery({ pickup: { address: place } });
      const who = await world.courier('Dora Dahl');
      await who.assigned([shut]);
      await who.accept();
      await who.start();
      const stop = await who.arriveAt(shut, 'pickup');
      await who.say(`stops/${stop}/failed`, { reason: 'closed' });
      await eventually(async () => { await advance(4); return world.get(shut); }, (d) => d.status === 'assigned', 'planned anew');
      await policy({ planning: { trigger: { exception: 'off' } } });
      for (const d of [shut, ...some.slice(1), other[1]]) await ops.expect(200, 'POST', `/deliveries/${d.id}/cancel`);
    });

    test('before a visit may fail, the recipient was called', async () => {
      const [d] = await world.deliveries(1);
      await ada.underway([d]);
      const stop = await ada.arriveAt(d);
      const bare = await ada.app.post(`/driver-api/stops/${stop}/failed`, { reason: 'no_one_home' });
      assert.equal(bare.status, 422);
      assert.deepEqual(bare.body.missing_contacts.map((m) => [m.channel, m.when, m.times, m.made]), [['call', 'after_no_answer', 1, 0]]);
      await policy({ contact_attempt_rules: [{ when: 'before_attempt', channel: 'sms', times: 1, wait_s: 120 }, { when: 'after_no_answer', channel: 'call', times: 2 }] });
      await ada.say(`stops/${stop}/attempt`, { channel: 'call', contacted: false });
      await ada.say(`stops/${stop}/attempt`, { channel: 'sms', contacted: false });
      const still = await ada.app.post(`/driver-api/stops/${stop}/failed`, { reason: 'no_one_home' });
      assert.deepEqual(still.body.missing_contacts.map((m) => m.channel).sort(), ['call', 'sms']);
      await ada.say(`stops/${stop}/attempt`, { channel: 'call', contacted: false });
      await advance(130);
      const failed = await ada.say(`stops/${stop}/failed`, { reason: 'no_one_home' });
      assert.equal(failed.deliveries[0].status, 'failed');
      const found = (await world.exceptions(d)).find((e) => e.type === 'attempt_failed');
      assert.equal(found.failure_code, 'no_one_home');
      assert.deepEqual(found.remediation.map((r) => r.action), ['retry', 'reschedule', 'bring_back', 'resolve']);

      await ops.expect(200, 'POST', `/deliveries/${d.id}/retry`, { from: 'on_board' });
      const again = await ada.stopFor(d);
      await policy({ contact_attempt_rules: [{ when: 'after_failed', channel: 'email' }] });
      const at = new Date(await now()).toISOString();
      const { results } = await ada.say('sync', { device_id: 'phone', device_time: at, events: [{ event_id: 'late-1', action: 'failed', stop_id: again.stop_id, device_time: at, body: { reason: 'no_one_home' } }] });
      assert.equal(results[0].status, 'applied', 'a fact counts');
      assert.ok((await world.exceptions(d)).some((e) => e.type === 'contact_missing'));
      await policy({ contact_attempt_rules: null });
      await ops.expect(200, 'POST', `/deliveries/${d.id}/bring-back`);
      await ada.backAtHub();
    });

    test('who says nothing is paused, never broken off, and goes on with his next word', async () => {
      const [d] = await world.deliveries(1);
      await ada.underway([d]);
      await known(d);
      await advance(5);
      await advance(650);
      await eventually(() => world.assignment(ada.assignment), (a) => a.status === 'paused', 'paused');
      const { data } = await ops.expect(200, 'GET', '/exceptions?type=driver_silent&state=open');
      assert.ok(data.some((e) => e.assignment_id === ada.assignment));
      await ping(ada, depot);
      await eventually(() => world.assignment(ada.assignment), (a) => a.status === 'in_progress', 'goes on');
      await eventually(() => ops.expect(200, 'GET', '/exceptions?type=driver_silent&state=open'), (all) => all.data.length === 0, 'settled');
    });

    test('standing at the door is told, and by policy counts as arrived', async () => {
      await policy({ driver: { geofence_marks_arrival: true } });
      const { route } = (await ada.route()).assignment;
      const stop = route.stops.find((s) => s.status === 'pending');
      for (const seconds of [40, 40, 40]) { await advance(seconds); await ping(ada, stop.location); await eventually(() => world.assignment(ada.assignment), () => true, ''); }
      const arrived = async () => {
        await advance(40);
        await ping(ada, stop.location);
        return (await world.assignment(ada.assignment)).route.stops.find((s) => s.stop_id === stop.stop_id).status;
      };
      await eventually(arrived, (status) => status === 'arrived', 'arrived by position');
      const [id] = stop.delivery_ids;
      await world.timeline({ id }, 'stop.geofence_entered', 'stop.arrived');
      await policy({ driver: { geofence_marks_arrival: false } });
      await ada.deliver({ id });
    });

    test('a changed window reaches the planned stop; what happens at a shared stop is in each timeline; nothing is offered that is not served', async () => {
      const three = await world.deliveries(3);
      const planned = await ada.assigned(three);
      const window = { from: await ahead(60), to: await ahead(120) };
      await ops.expect(200, 'PATCH', `/deliveries/${three[0].id}`, { dropoff: { window } });
      const a = await eventually(() => world.assignment(ada.assignment), (now) => stopOf(now, three[0]).window_to === window.to.replace(/\.\d+Z/, (m) => m), 'the stop has it').catch(() => world.assignment(ada.assignment));
      assert.equal(Date.parse(stopOf(a, three[0]).window_to), Date.parse(window.to));
      assert.ok(a.route_revision > planned.route_revision);
      await ada.accept();
      await ada.load(three);
      await ada.start();
      const dock = a.route.stops.find((s) => s.type === 'pickup');
      assert.equal(dock.delivery_ids.length, 3);
      await ada.say(`stops/${dock.stop_id}/arrive`);
      await ada.say(`stops/${dock.stop_id}/complete`);
      for (const d of three) {
        const told = (await world.timeline(d, 'stop.arrived', 'stop.completed')).filter((e) => e.type === 'stop.completed');
        assert.equal(told.length, 1);
        assert.ok(told[0].detail.items.every((item) => item.delivery_id === d.id));
      }
      for (const d of three) assert.ok(!(await world.get(d)).legal_actions.includes('relay'));
      for (const d of three) await ada.deliver(d);
    });

    test('a closed street makes routes longer: times anew at once, and a plan by policy', async () => {
      const two = await world.deliveries(2);
      await ada.assigned(two);
      const [stop] = (await world.assignment(ada.assignment)).route.stops.filter((s) => s.type === 'dropoff');
      const r = 0.0012, { lat, lon } = between(depot, stop.location, 0.5);
      const ring = [[lon - r * 4, lat - r * 4], [lon + r * 4, lat - r * 4], [lon + r * 4, lat + r * 4], [lon - r * 4, lat + r * 4], [lon - r * 4, lat - r * 4]];
      const before = (await world.assignment(ada.assignment)).route.estimated_time_s;
      const closure = await ops.expect(201, 'POST', '/closures', { geometry: { type: 'Polygon', coordinates: [ring] } });
      await eventually(async () => { await advance(1); return world.assignment(ada.assignment); }, (a) => a.route.estimated_time_s !== before, 'other times');
      const log = await world.log();
      assert.ok(log.some((e) => e.type === 'assignment.retimed' && e.assignment_id === ada.assignment && e.data.cause === 'closure.created'));
      await ops.expect(204, 'DELETE', `/closures/${closure.id}`).catch(() => {});
    });

    test('all that was told is in the catalogue of events', async () => {
      const seen = await judgeEvents(world.server, ops, Ajv);
      for (const type of ['alert.raised', 'alert.updated', 'alert.acknowledged', 'alert.cleared', 'plan.suggested', 'plan.committed', 'plan.dismissed', 'assignment.retimed', 'stop.eta_changed', 'stop.geofence_entered'])
        assert.ok(seen.has(type), `${type} was never told`);
    });
  });
}

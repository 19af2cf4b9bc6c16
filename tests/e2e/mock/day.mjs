// A scripted day, the same for the same seed: hubs, drivers, deliveries, routes over real streets, and a clock that the test moves.
import { drive } from './streets.mjs';

function dice(seed) {
  let s = seed >>> 0;
  return () => { s = (s + 0x6d2b79f5) >>> 0; let t = s; t = Math.imul(t ^ (t >>> 15), t | 1); t ^= t + Math.imul(t ^ (t >>> 7), t | 61); return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32; };
}
const firstNames = ['Anna', 'Jonas', 'Marie', 'Paul', 'Sofia', 'Emil', 'Lina', 'Oskar', 'Mia', 'Felix', 'Clara', 'Anton', 'Greta', 'Theo', 'Ida', 'Moritz', 'Nora', 'Karl', 'Frieda', 'Henry'];
const lastNames = ['Müller', 'Schmidt', 'Schröder', 'Fischer', 'Weber', 'Wagner', 'Becker', 'Hoffmann', 'Köhler', 'Richter', 'Wolf', 'Krüger', 'Lange', 'Vogel', 'Jäger', 'Großmann', 'Brandt', 'Haas', 'Kuhn', 'Franke'];
const driverNames = ['Aylin Demir', 'Ben Carlsen', 'Chiara Rossi', 'Dario Novak', 'Eva Lindqvist', 'Farid Haddad', 'Hanna Petersen', 'Ivo Marek', 'Jana Olsen', 'Kofi Mensah'];

export function encodePolyline(line, precision = 5) {
  const scale = 10 ** precision;
  let lat = 0, lon = 0, out = '';
  const put = (value) => { let v = value < 0 ? ~(value << 1) : value << 1; while (v >= 32) { out += String.fromCharCode((32 | (v & 31)) + 63); v >>>= 5; } out += String.fromCharCode(v + 63); };
  for (const [x, y] of line) { const a = Math.round(y * scale), b = Math.round(x * scale); put(a - lat); put(b - lon); lat = a; lon = b; }
  return out;
}

export function makeDay(streets, { seed = 7, deliveries: count = 180, drivers: driverCount = 10, now = Date.now() } = {}) {
  const random = dice(seed);
  const pick = (list) => list[Math.floor(random() * list.length)];
  let serial = 0;
  const id = (prefix) => `${prefix}_0${(1e9 + serial++).toString(32)}${Math.floor(random() * 2 ** 40).toString(32).padStart(8, '0')}`;
  const iso = (ms) => new Date(ms).toISOString();
  const minute = 60_000;
  const named = streets.ways.filter((way) => way.name && /residential|tertiary|secondary|living/.test(way.class)).flatMap((way) => way.nodes.map((node) => [node, way.name]));
  const reachable = new Set(streets.main);
  const doors = named.filter(([node]) => reachable.has(node));
  const center = doors.map(([node]) => streets.nodes.get(node)).reduce((s, p) => [s[0] + p[0] / doors.length, s[1] + p[1] / doors.length], [0, 0]);
  const near = doors.filter(([node]) => streets.metres(streets.nodes.get(node), center) < 3800);
  const place = ([node, name]) => ({ line1: `${name} ${1 + Math.floor(random() * 60)}`, city: 'Neubrandenburg', postal_code: `1703${Math.floor(random() * 5) * 2 % 9}`, country: 'DE', location: { lat: streets.nodes.get(node)[1], lon: streets.nodes.get(node)[0] } });

  const hubDoor = near.reduce((a, b) => (streets.metres(streets.nodes.get(a[0]), [center[0] - 0.02, center[1] + 0.012]) < streets.metres(streets.nodes.get(b[0]), [center[0] - 0.02, center[1] + 0.012]) ? a : b));
  const hub = { id: id('hub'), version: 1, name: 'Hub Neubrandenburg', address: place(hubDoor) };
  const drivers = driverNames.slice(0, driverCount).map((name, i) => ({ id: id('drv'), version: 1, name, phone: `+4915120000${10 + i}`, status: i === 8 ? 'break' : i === 9 ? 'offline' : 'on_shift', home_hub_id: hub.id, vehicle_id: id('veh'), location: { ...hub.address.location, timestamp: iso(now - 9 * minute) } }));
  const deliveries = [], assignments = [], exceptions = [], timelines = new Map(), pods = new Map(), runs = [];
  let sequence = 1000;
  const note = (delivery, type, at, actor, detail) => timelines.get(delivery.id).push({ sequence: ++sequence, type, at: iso(at), recorded_at: iso(at + 400), actor, source: actor.kind, detail });
  const api = { kind: 'api', id: 'key_shop', name: 'Webshop' };
  const system = { kind: 'system' };

  /** As the server shows it: the place beside the address. */
  const placed = (door) => { const { location, ...address } = place(door); return { address, location }; };
  const make = (door) => {
    const slot = Math.floor(random() * 4);
    const from = now - 60 * minute + slot * 45 * minute;
    const delivery = {
      id: id('dlv'), version: 1, created_at: iso(now - 6 * 60 * minute), updated_at: iso(now), type: 'delivery', source_id: `ful_${1000 + serial}`, order_id: `A-${20_000 + serial}`,
      tracking_number: id('trk').slice(4).toUpperCase(), status: random() < 0.6 ? 'requested' : 'scheduled', phase: 'none', service_level: pick(['standard', 'standard', 'express', 'same_day']), priority: random() < 0.07 ? 'high' : 'normal',
      packages: Array.from({ length: random() < 0.8 ? 1 : 2 }, () => ({ id: id('pkg'), package_id: `P${Math.floor(random() * 1e7)}`, weight: 200 + Math.floor(random() * 9000), custody: `hub:${hub.id}` })),
      pickup: { hub_id: hub.id, address: hub.address }, dropoff: { ...placed(door), window: { from: iso(from), to: iso(from + 120 * minute) }, recipient: { name: `${pick(firstNames)} ${pick(lastNames)}`, phone: `+4939512${Math.floor(1e5 + random() * 9e5)}` }, ...(random() < 0.15 ? { instructions: pick(['Bitte klingeln, Hund im Hof', 'Side entrance', '3rd floor, no lift', 'Beim Nachbarn abgeben']) } : {}) },
      assignment: null, attempts: { number: 1, failed: 0, pickup_failures: 0 }, pod_ids: [], legal_actions: ['cancel', 'reschedule'], metadata: {},
    };
    timelines.set(delivery.id, []);
    note(delivery, 'delivery.created', now - 6 * 60 * minute, api, { source: 'webshop' });
    deliveries.push(delivery);
    return delivery;
  };

  // Routes: doors by angle around the hub, so that they look like routes.
  const doorsUsed = Array.from({ length: count }, () => pick(near));
  const hubAt = streets.nodes.get(hubDoor[0]);
  const angle = ([node]) => Math.atan2(streets.nodes.get(node)[1] - hubAt[1], (streets.nodes.get(node)[0] - hubAt[0]) * 0.6);
  doorsUsed.sort((a, b) => angle(a) - angle(b));
  const active = drivers.filter((d) => d.status === 'on_shift');
  const planned = Math.floor(count * 0.82);
  const share = Math.ceil(planned / active.length);
  active.forEach((driver, r) => {
    let rest = doorsUsed.slice(r * share, Math.min(planned, (r + 1) * share));
    const order = [];
    let at = hubAt;
    while (rest.length) {
      rest.sort((a, b) => streets.metres(at, streets.nodes.get(a[0])) - streets.metres(at, streets.nodes.get(b[0])));
      const next = rest.shift();
      order.push(next);
      at = streets.nodes.get(next[0]);
    }
    const assignment = { id: id('asg'), version: 1, status: r === active.length - 1 ? 'accepted' : 'in_progress', locked: false, driver_id: driver.id, vehicle_id: driver.vehicle_id, route: { route_id: id('rte'), stops: [], route_geometry: '', geometry_precision: 5, estimated_distance_m: 0, estimated_time_s: 0 } };
    assignment.assignment_id = assignment.id;
    if (order.length === 0) return;
    const line = [], marks = [];
    let from = hubDoor[0];
    for (const door of order) {
      const leg = drive(streets, from, door[0]);
      line.push(...(line.length ? leg.slice(1) : leg));
      marks.push(line.length - 1);
      from = door[0];
    }
    const along = [0];
    for (let i = 1; i < line.length; i++) along.push(along[i - 1] + streets.metres(line[i - 1], line[i]));
    const speed = 7.5, service = 70;
    const begun = assignment.status === 'accepted' ? now + 12 * minute : now - (14 + random() * 26) * minute;
    assignment.route.route_geometry = encodePolyline(line);
    assignment.route.estimated_distance_m = Math.round(along[along.length - 1] ?? 0);
    assignment.route.estimated_time_s = Math.round(assignment.route.estimated_distance_m / speed + order.length * service);
    order.forEach((door, i) => {
      const delivery = make(door);
      const at = begun + (along[marks[i]] / speed + i * service) * 1000;
      const stop = { stop_id: id('stp'), type: 'dropoff', delivery_ids: [delivery.id], sequence: i + 1, location: delivery.dropoff.location, eta: iso(at), status: 'pending' };
      assignment.route.stops.push(stop);
      if (random() < 0.93) delivery.dropoff.window = { from: iso(at - (20 + random() * 70) * minute), to: iso(at + (25 + random() * 60) * minute) };
      delivery.assignment = { assignment_id: assignment.id, driver_id: driver.id, vehicle_id: driver.vehicle_id, route_id: assignment.route.route_id, sequence: i + 1, eta: iso(at) };
      delivery.status = 'assigned';
      note(delivery, 'delivery.assigned', now - 100 * minute, { kind: 'user', id: 'usr_1', name: 'Kim Berger' }, { reason: 'plan_committed' });
      if (assignment.status === 'in_progress') {
        delivery.status = 'enroute';
        delivery.phase = 'moving';
        delivery.packages.forEach((p) => { p.custody = `driver:${driver.id}`; });
        note(delivery, 'package.custody_changed', begun - 4 * minute, { kind: 'driver', id: driver.id }, { custody: driver.name });
        note(delivery, 'delivery.enroute', begun, { kind: 'driver', id: driver.id }, {});
      }
    });
    assignments.push(assignment);
    runs.push({ driver, assignment, line, along, marks, speed, service, begun, next: 0 });
  });
  for (const door of doorsUsed.slice(planned)) make(door);

  const byId = new Map(deliveries.map((delivery) => [delivery.id, delivery]));
  const pictures = ['photo'];
  const event = (type, delivery, extra = {}) => ({ id: id('evt'), type, sequence: ++sequence, timestamp: iso(extra.at ?? now), tenant: 'demo', delivery_id: delivery.id, assignment_id: delivery.assignment?.assignment_id, driver_id: delivery.assignment?.driver_id, actor: system, data: { status: delivery.status, phase: delivery.phase, ...extra.data } });

  /** Finishes a stop; answers the events. */
  function finish(run, i, at) {
    const stop = run.assignment.route.stops[i];
    const delivery = byId.get(stop.delivery_ids[0]);
    const by = { kind: 'driver', id: run.driver.id };
    const fails = random() < 0.06;
    delivery.version++;
    if (fails) delivery.attempts.failed++;
    note(delivery, 'stop.arrived', at - 70_000, by, {});
    if (fails) {
      stop.status = 'failed';
      delivery.status = 'failed';
      delivery.phase = 'waiting_decision';
      note(delivery, 'stop.failed', at, by, { reason: 'no_one_home' });
      note(delivery, 'delivery.failed', at, system, { phase: 'waiting_decision' });
      const exception = { id: id('exc'), version: 1, delivery_id: delivery.id, type: 'attempt_failed', severity: 'high', state: 'open', detail: 'Nobody at home, no safe place allowed', created_at: iso(at), remediation: [] };
      exceptions.push(exception);
      return [event('delivery.failed', delivery, { at }), { ...event('exception.opened', delivery, { at }), data: {} }];
    }
    stop.status = 'completed';
    delivery.status = 'delivered';
    delivery.phase = 'full';
    delivery.packages.forEach((p) => { p.custody = 'recipient'; });
    const pod = { pod_id: id('pod'), delivery_id: delivery.id, outcome: 'delivered', signature: { url: '/mock/signature.svg' }, photos: pictures.map((name) => ({ url: `/mock/${name}.svg` })), delivered_at: iso(at), seal: { hash: id('x') + id('y') } };
    pods.set(delivery.id, [pod]);
    delivery.pod_ids = [pod.pod_id];
    delivery.legal_actions = ['correct'];
    note(delivery, 'pod.created', at, by, {});
    note(delivery, 'delivery.delivered', at + 900, by, { outcome: 'delivered' });
    return [event('delivery.delivered', delivery, { at })];
  }

  /** Moves the day to `at`: positions of all drivers, and the events of the stops passed. */
  function advance(at) {
    const events = [], positions = [];
    for (const run of runs) {
      const spent = (at - run.begun) / 1000;
      if (spent <= 0) continue;
      let time = spent, metres = 0, done = 0;
      for (let i = 0; i < run.marks.length; i++) {
        const leg = (run.along[run.marks[i]] - (i ? run.along[run.marks[i - 1]] : 0)) / run.speed;
        if (time < leg) { metres += time * run.speed; time = -1; break; }
        time -= leg;
        metres = run.along[run.marks[i]];
        if (time < run.service) { time = -1; break; }
        time -= run.service;
        done = i + 1;
      }
      while (run.next < done) events.push(...finish(run, run.next, Math.min(at, Date.parse(run.assignment.route.stops[run.next++].eta) + run.service * 1000)));
      let k = run.along.findIndex((m) => m >= metres);
      if (k <= 0) k = Math.min(1, run.line.length - 1);
      const a = run.line[k - 1] ?? run.line[0], b = run.line[k];
      const part = run.along[k] > run.along[k - 1] ? (metres - run.along[k - 1]) / (run.along[k] - run.along[k - 1]) : 0;
      positions.push({ driver_id: run.driver.id, lat: a[1] + (b[1] - a[1]) * part, lon: a[0] + (b[0] - a[0]) * part, heading: (Math.atan2((b[0] - a[0]) * 0.6, b[1] - a[1]) * 180) / Math.PI, speed: run.speed, at: iso(at) });
      run.driver.location = { lat: positions.at(-1).lat, lon: positions.at(-1).lon, timestamp: iso(at) };
    }
    return { events, positions };
  }

  advance(now);
  // Some run late: their forecast lies after the promise.
  for (const run of runs.slice(0, 2)) for (const stop of run.assignment.route.stops.filter((s) => s.status === 'pending').slice(2, 6)) {
    const delivery = byId.get(stop.delivery_ids[0]);
    delivery.dropoff.window = { from: iso(Date.parse(stop.eta) - 70 * minute), to: iso(Date.parse(stop.eta) - (4 + Math.floor(random() * 14)) * minute) };
  }
  const odd = deliveries.filter((d) => d.status === 'requested');
  if (odd[0]) { exceptions.push({ id: id('exc'), version: 1, delivery_id: odd[0].id, type: 'address_issue', severity: 'normal', state: 'open', detail: 'Two streets of that name; candidates attached', created_at: iso(now - 22 * minute), remediation: [] }); }
  if (odd[1]) { odd[1].status = 'cancelled'; odd[1].phase = 'done'; }
  return { hub, drivers, deliveries, assignments, exceptions, timelines, pods, byId, advance, runs };
}

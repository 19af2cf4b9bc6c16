// Another road engine and another geocoder by the settings, through the real binary: what they answer is used, what they fail at is bridged and
// said. The services are fakes that misbehave on command.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import { after, test } from 'node:test';
import { eventually } from '../harness/receiver.mjs';
import { Server, binary, demoMap } from '../harness/server.mjs';

const from = { lat: 53.5572, lon: 13.2611 }, to = { lat: 53.5410, lon: 13.2800 };

/** Answers by `say`, or as `mode` has it: 'error', 'garbage', 'hang'. */
class Fake {
  static async start(say) {
    const fake = new Fake();
    Object.assign(fake, { say, mode: 'answer', asked: 0 });
    fake.server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => { body += chunk; });
      request.on('end', () => {
        ++fake.asked;
        if (fake.mode === 'hang') return;
        if (fake.mode === 'error') response.writeHead(500).end('{}');
        else if (fake.mode === 'garbage') response.writeHead(200).end('<html>');
        else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(fake.say(new URL(request.url, 'http://x'), body)));
      });
    });
    await new Promise((done) => fake.server.listen(0, '127.0.0.1', done));
    fake.url = `http://127.0.0.1:${fake.server.address().port}`;
    after(() => { fake.server.closeAllConnections(); fake.server.close(); });
    return fake;
  }
}

/** Google's polyline. */
function encode(points, precision) {
  let last = [0, 0], text = '';
  for (const point of points) {
    const now = point.map((v) => Math.round(v * 10 ** precision));
    for (const i of [0, 1]) {
      let v = now[i] - last[i];
      v = v < 0 ? ~(v << 1) : v << 1;
      for (; v >= 32; v >>= 5) text += String.fromCharCode((32 | (v & 31)) + 63);
      text += String.fromCharCode(v + 63);
    }
    last = now;
  }
  return text;
}

/** OSRM that needs `seconds` for every leg. */
const osrm = (seconds) => (url) => {
  const places = url.pathname.split('/').at(-1).split(';').map((text) => text.split(',').map(Number));
  if (url.pathname.startsWith('/table/')) {
    const n = (which) => url.searchParams.get(which).split(';').length;
    const rows = (value) => Array.from({ length: n('sources') }, () => Array.from({ length: n('destinations') }, () => value));
    return { code: 'Ok', durations: rows(seconds), distances: rows(5000) };
  }
  const legs = places.slice(1).map((p, i) => ({
    distance: 5000, duration: seconds,
    steps: [{ geometry: encode([places[i], p].map(([lon, lat]) => [lat, lon]), 6), maneuver: { type: 'depart' }, name: '', distance: 5000, duration: seconds }],
  }));
  return { code: 'Ok', routes: [{ distance: 5000 * legs.length, duration: seconds * legs.length, legs }], waypoints: places.map((location) => ({ location, distance: 1, name: '' })) };
};

const valhalla = (seconds) => (url, body) => {
  const { locations } = JSON.parse(body || url.searchParams.get('json'));
  const legs = locations.slice(1).map((p, i) => ({
    summary: { time: seconds, length: 5 }, shape: encode([[locations[i].lat, locations[i].lon], [p.lat, p.lon]], 6),
    maneuvers: [{ type: 1, time: seconds, length: 5, begin_shape_index: 0, end_shape_index: 1 }],
  }));
  return { trip: { locations, legs, status: 0, units: 'kilometers', summary: { time: seconds * legs.length, length: 5 * legs.length } } };
};

async function world(api) {
  const hub = await api.expect(201, 'POST', '/hubs', { name: 'Hub', address: { location: from } });
  let n = 0;
  return async (where = to) => {
    const driver = await api.expect(201, 'POST', '/drivers', { name: 'Ada', home_hub_id: hub.id });
    // Never the same place twice, so that no answer is remembered.
    const location = { lat: where.lat + 0.00001 * ++n, lon: where.lon };
    const delivery = await api.expect(201, 'POST', '/deliveries', { packages: [{ weight: 1 }], pickup: { hub_id: hub.id }, dropoff: { address: { location } } });
    const { assignment } = await api.expect(200, 'POST', `/drivers/${driver.id}/assign`, { delivery_ids: [delivery.id] });
    const [pickup, dropoff] = assignment.route.stops;
    return { source: assignment.route.eta_source, seconds: Math.round((Date.parse(dropoff.arrival) - Date.parse(pickup.departure)) / 1000) };
  };
}

const health = async (api, part) => (await api.get('/health')).body.subsystems.find((one) => one.name === part);

test('OSRM prices routes; what it fails at is the map\'s, a breaker leaves it alone, and health says so', async () => {
  const fake = await Fake.start(osrm(1234));
  const server = await Server.start({ map: demoMap, args: ['--road-engine', 'osrm', '--road-url', `${fake.url}/`, '--road-timeout-ms', '400'] });
  after(() => server.stop());
  const api = await server.client();
  const drive = await world(api);
  assert.deepEqual(await drive(), { source: 'osrm', seconds: 1234 });
  assert.match((await health(api, 'roads')).detail, /osrm at http:\/\/127.0.0.1:\d+; 0 questions/);
  for (const mode of ['error', 'garbage', 'hang']) {
    fake.mode = mode;
    const bridged = await drive();
    assert.equal(bridged.source, 'roads', mode);
    assert.ok(bridged.seconds > 60 && bridged.seconds < 900, `${bridged.seconds} s by the map`);
  }
  fake.mode = 'error';
  for (let i = 0; i < 2; ++i) await drive();
  const asked = fake.asked;
  assert.equal((await drive()).source, 'roads');
  assert.equal(fake.asked, asked, 'the breaker is open');
  const seen = await eventually(() => health(api, 'roads'), (part) => part.state === 'degraded', 'degraded');
  assert.match(seen.detail, /6 questions were answered by the map in its place; it failed again and again/);
});

test('a partition that has closed a street is served by the map, which knows of it', async () => {
  const fake = await Fake.start(osrm(1234));
  const server = await Server.start({ map: demoMap, args: ['--road-engine', 'osrm', '--road-url', fake.url] });
  after(() => server.stop());
  const api = await server.client(), other = await server.client({ tenant: 'other' });
  const drive = await world(api), theirs = await world(other);
  const ring = [[13.2, 53.5], [13.2002, 53.5], [13.2002, 53.6], [13.2, 53.6], [13.2, 53.5]];
  const closure = await api.expect(201, 'POST', '/closures', { geometry: { type: 'Polygon', coordinates: [ring] } });
  assert.equal((await drive()).source, 'roads');
  assert.equal((await theirs()).source, 'osrm');
  assert.equal((await api.delete(`/closures/${closure.id}`)).status, 204);
  assert.equal((await drive()).source, 'osrm');
  // Profiles that it does not have are the map's.
  const bike = await api.expect(201, 'POST', '/vehicles', { type: 'bike', capacity: { parcels: 20 } });
  const hub = await api.expect(201, 'POST', '/hubs', { name: 'Hub', address: { location: from } });
  const rider = await api.expect(201, 'POST', '/drivers', { name: 'Bo', vehicle_id: bike.id, home_hub_id: hub.id });
  const delivery = await api.expect(201, 'POST', '/deliveries', { packages: [{ weight: 1 }], pickup: { hub_id: hub.id }, dropoff: { address: { location: to } } });
  assert.equal((await api.expect(200, 'POST', `/drivers/${rider.id}/assign`, { delivery_ids: [delivery.id] })).assignment.route.eta_source, 'roads');
});

test('Valhalla without a map: its answers, or straight lines', async () => {
  const fake = await Fake.start(valhalla(777));
  const server = await Server.start({ args: ['--road-engine', 'valhalla', '--road-url', fake.url] });
  after(() => server.stop());
  const api = await server.client();
  const drive = await world(api);
  assert.deepEqual(await drive(), { source: 'valhalla', seconds: 777 });
  fake.mode = 'error';
  assert.equal((await drive()).source, 'straight_line');
  assert.match((await eventually(() => health(api, 'roads'), (part) => /1 questions/.test(part.detail), 'counted')).detail, /straight lines in its place/);
});

test('Nominatim finds places; its silence is bridged by the map', async () => {
  const fake = await Fake.start(() => [{ lat: '53.5', lon: '13.2', category: 'place', type: 'house', name: '', display_name: '1, Elsewhere', address: { house_number: '1', road: 'Elsewhere' } }]);
  const server = await Server.start({ map: demoMap, args: ['--geocode-engine', 'nominatim', '--geocode-url', fake.url] });
  after(() => server.stop());
  const api = await server.client();
  const ask = async () => (await api.expect(200, 'GET', `/geocode?q=${encodeURIComponent('Marktplatz 1, Neubrandenburg')}`)).data[0].label;
  assert.match(await ask(), /Elsewhere/);
  for (const mode of ['error', 'garbage', 'error', 'error', 'error']) {
    fake.mode = mode;
    assert.match(await ask(), /Marktplatz/);
  }
  const seen = await eventually(() => health(api, 'geocoder'), (part) => part.state === 'degraded', 'degraded');
  assert.match(seen.detail, /nominatim at .*; 5 questions were answered by the map in its place; it failed/);
});

test('settings that do not fit are refused in a sentence', async () => {
  const fault = (...args) => new Promise((done) => execFile(binary, ['serve', '--listen', '127.0.0.1:0', '--data', '/nonexistent/never', ...args], (_, __, stderr) => done(stderr)));
  assert.match(await fault('--road-engine', 'horse', '--data', `${process.env.TMPDIR ?? '/tmp'}/lastmile-settings-${process.pid}`), /"road.engine" must be one of embedded, osrm, valhalla, not "horse"/);
});

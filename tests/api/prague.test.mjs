// Another city, other habits: double house numbers ("851/64": of the building / of the street), mostly without a town in the map's data.
// The map is no part of the project: skipped where $LASTMILE_DATA (../shared/data) has no maps/prague.osm.pbf.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Client, Server } from '../harness/server.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const map = path.join(process.env.LASTMILE_DATA ?? path.join(root, '../shared/data'), 'maps/prague.osm.pbf');

// As they stand in the map's data (addr:conscriptionnumber/addr:streetnumber), read with another program.
const houses = [
  ['Prosecká 851/64, Praha', 50.11833, 14.49983],
  ['Lovosická 559/32, Praha', 50.12882, 14.49935],
  ['Bohušovická 230/12, Praha', 50.12413, 14.48955],
  ['Zenklova 492/214, Praha', 50.11987, 14.46013],
];
const metres = (a, b) => {
  const rad = Math.PI / 180, x = (b.lon - a.lon) * rad * Math.cos((a.lat + b.lat) / 2 * rad), y = (b.lat - a.lat) * rad;
  return Math.hypot(x, y) * 6_371_000;
};

describe('Prague', { skip: existsSync(map) ? false : `${map} is not there` }, () => {
  let server, ops;
  before(async () => { server = await Server.start({ map }); ops = await server.client(); }, { timeout: 300_000 });
  after(() => server?.stop());
  const create = (text, more = {}) => ops.call('POST', '/deliveries', {
    packages: [{ weight: 800 }], pickup: { address: { text: houses[0][0] } },
    dropoff: { address: { text }, recipient: { name: 'Jana Nováková', phone: '+420601123456' } }, ...more,
  });

  test('double numbers are found whole, by either half, and without accents', async () => {
    for (const [text, lat, lon] of houses) {
      const [street, numbers] = text.replace(', Praha', '').split(/ (?=\d)/);
      const [building, number] = numbers.split('/');
      for (const written of [text, `${street} ${number}, Praha`, `${street} ${building}, Praha`, text.normalize('NFD').replace(/\p{M}/gu, '')]) {
        const made = await create(written);
        assert.equal(made.status, 201, JSON.stringify(made.body));
        assert.ok(metres(made.body.dropoff.location, { lat, lon }) < 40, `${written}: ${JSON.stringify(made.body.dropoff.location)}`);
      }
    }
  });

  test('created, assigned along the streets, driven, delivered and tracked', async () => {
    const hub = await ops.expect(201, 'POST', '/hubs', { name: 'Prosek', address: { text: houses[0][0] } });
    const vehicle = await ops.expect(201, 'POST', '/vehicles', { type: 'van', capacity: { parcels: 20 }, warehouse: hub.id });
    const driver = await ops.expect(201, 'POST', '/drivers', { name: 'Řehoř Řidič', vehicle_id: vehicle.id, home_hub_id: hub.id });
    const { token } = await ops.expect(200, 'POST', `/drivers/${driver.id}/impersonate-token`, { minutes: 30 });
    const app = new Client(server, token);
    const made = [];
    for (const [text] of houses.slice(1)) made.push((await create(text, { pickup: { hub_id: hub.id } })).body);
    const { assignment } = await ops.expect(200, 'POST', `/drivers/${driver.id}/assign`, { delivery_ids: made.map((d) => d.id) });
    assert.equal(assignment.route.eta_source, 'roads');
    // Streets are longer than the crow's way, and not absurdly so.
    const places = [hub.address.location ?? hub.location, ...assignment.route.stops.filter((s) => s.type === 'dropoff').map((s) => made.find((d) => s.delivery_ids.includes(d.id)).dropoff.location)];
    const crow = places.slice(1).reduce((sum, place, i) => sum + metres(places[i], place), 0);
    assert.ok(assignment.route.estimated_distance_m > crow && assignment.route.estimated_distance_m < 4 * crow, `${assignment.route.estimated_distance_m} m of road for ${crow} m`);

    await app.expect(200, 'POST', `/driver-api/assignments/${assignment.id}/accept`);
    for (const d of made) await app.expect(200, 'POST', '/driver-api/scan', { action: 'load', package_id: d.packages[0].id });
    const started = await app.expect(200, 'POST', `/driver-api/assignments/${assignment.id}/start-route`);
    const [pickup, first] = started.assignment.route.stops;
    await app.expect(200, 'POST', `/driver-api/stops/${pickup.stop_id}/arrive`);
    await app.expect(200, 'POST', `/driver-api/stops/${pickup.stop_id}/complete`);
    const target = made.find((d) => first.delivery_ids.includes(d.id));
    const track = () => new Client(server).expect(200, 'GET', `/public/track?tracking_number=${target.tracking_number}`);
    const before = await track();
    assert.equal(before.status, 'enroute');
    assert.ok(before.eta_window, JSON.stringify(before));
    assert.equal(before.stops_before, 0);
    await app.expect(200, 'POST', `/driver-api/stops/${first.stop_id}/arrive`);
    const photo = Buffer.from('what the camera saw');
    const { uploads: [upload] } = await app.expect(200, 'POST', '/pod/request-upload', { delivery_id: target.id, stop_id: first.stop_id,
      files: [{ kind: 'photo', content_type: 'image/jpeg', size: photo.length, sha256: createHash('sha256').update(photo).digest('hex') }] });
    assert.equal((await fetch(new URL(upload.url, server.url), { method: upload.method, headers: upload.headers, body: photo })).status, 201);
    await app.expect(200, 'POST', `/driver-api/stops/${first.stop_id}/complete`, { photos: [upload.asset_url] });
    assert.equal((await track()).status, 'delivered');
    assert.ok(!JSON.stringify(await track()).includes('Nováková'), 'the public page names nobody');
  });
});

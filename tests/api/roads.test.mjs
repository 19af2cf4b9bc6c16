// Closed streets and the geocoder through the real binary, on both stores.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { polyline } from '../harness/polyline.mjs';
import { Server, demoMap } from '../harness/server.mjs';
import { stores } from '../harness/postgres.mjs';

const from = { lat: 53.5572, lon: 13.2611 }, to = { lat: 53.5410, lon: 13.2800 };
/** In GeoJSON's order. */
const line = (text) => polyline(text).map(([lat, lon]) => [lon, lat]);
const square = ([lon, lat], d) => ({ type: 'Polygon', coordinates: [[[lon - d, lat - d], [lon + d, lat - d], [lon + d, lat + d], [lon - d, lat + d], [lon - d, lat - d]]] });

const { postgres, list } = await stores();
after(() => postgres.stop());

for (const [name, db] of await list()) {
  describe(`roads on ${name}`, () => {
    let server, api, other;
    before(async () => {
      server = await Server.start({ db, map: demoMap });
      api = await server.client({ tenant: 'acme', partition: 'test' });
      other = await server.client({ tenant: 'other' });
    });
    after(() => server?.stop());

    /** The route of a new assignment from one place to another. */
    async function drive(client) {
      const hub = await client.expect(201, 'POST', '/hubs', { name: 'Hub', address: { location: from } });
      const driver = await client.expect(201, 'POST', '/drivers', { name: 'Ada', home_hub_id: hub.id });
      const delivery = await client.expect(201, 'POST', '/deliveries', { packages: [{ weight: 1 }], pickup: { hub_id: hub.id }, dropoff: { address: { location: to } } });
      return (await client.expect(200, 'POST', `/drivers/${driver.id}/assign`, { delivery_ids: [delivery.id] })).assignment.route;
    }
    const crosses = (route, place) => line(route.route_geometry).some(([lon, lat]) => Math.abs(lon - place[0]) < 1e-4 && Math.abs(lat - place[1]) < 1e-4);

    test('a closed street leads its own partition round, until it ends by the clock', async () => {
      const usual = await drive(api);
      const way = line(usual.route_geometry), place = way[Math.floor(way.length / 2)];
      assert.ok(crosses(usual, place));
      const closure = await api.expect(201, 'POST', '/closures', { geometry: square(place, 5e-5), until: new Date(Date.now() + 7200e3).toISOString(), note: 'Burst water main' });
      assert.ok(closure.roads >= 1);
      const round = await drive(api);
      assert.ok(!crosses(round, place), 'it is driven round');
      assert.ok(round.estimated_time_s > usual.estimated_time_s, `${round.estimated_time_s} s, not more than ${usual.estimated_time_s}`);
      assert.equal((await drive(other)).route_geometry, usual.route_geometry, 'nobody else is');
      assert.equal((await other.get(`/closures/${closure.id}`)).status, 404);
      assert.deepEqual((await api.get('/closures?geometry=false')).body.data.map((one) => [one.id, one.geometry]), [[closure.id, undefined]]);

      await api.expect(200, 'POST', '/sandbox/clock', { advance_s: 7300 });
      assert.equal((await api.get(`/closures/${closure.id}`)).status, 404, 'it is over');
      assert.equal((await drive(api)).route_geometry, usual.route_geometry);
      const told = (await api.get('/events?type=closure.created,closure.deleted')).body;
      assert.deepEqual(told.data?.map((event) => event.type), ['closure.created', 'closure.deleted']);
    });

    test('a closure is deleted by hand, once', async () => {
      const closure = await api.expect(201, 'POST', '/closures', { geometry: square([from.lon, from.lat], 1e-3), profiles: ['truck'] });
      assert.equal((await api.delete(`/closures/${closure.id}`)).status, 204);
      assert.equal((await api.delete(`/closures/${closure.id}`)).status, 404);
    });

    test('what closes nothing is refused by field', async () => {
      const pointers = async (body) => (await api.expect(422, 'POST', '/closures', body)).errors.map((error) => error.pointer);
      assert.deepEqual(await pointers({}), ['#/geometry']);
      assert.deepEqual(await pointers({ ways: [1], profiles: ['boat'] }), ['#/profiles/0', '#/ways/0']);
      assert.deepEqual(await pointers({ geometry: square([10, 10], 1e-3) }), ['#/geometry']);
      assert.deepEqual(await pointers({ ways: [1], until: '2020-01-01T00:00:00Z' }), ['#/until', '#/ways/0']);
      const weak = await api.expect(201, 'POST', '/keys', { name: 'reads', scopes: ['geo:read'] });
      assert.equal((await api.post('/closures', { ways: [1] }, { authorization: `Bearer ${weak.key}` })).status, 403);
    });

    test('places are found forwards, half typed and backwards', async () => {
      const [first] = (await api.get('/geocode?q=' + encodeURIComponent('Marktplatz 1, Neubrandenburg'))).body.data;
      assert.ok(first.confidence >= 0.8, JSON.stringify(first));
      assert.match(first.label, /Marktplatz/);
      const parts = (await api.get('/geocode?street=marktplatz&number=1&city=neubrandenburg')).body.data[0];
      assert.deepEqual(parts.location, first.location);
      assert.ok((await api.get('/geocode/autocomplete?q=Marktpl&limit=3')).body.data.some((one) => /Marktplatz/.test(one.label)));
      const there = (await api.get(`/geocode/reverse?lat=${first.location.lat}&lon=${first.location.lon}`)).body.data[0];
      assert.ok(there.distance_m < 30, JSON.stringify(there));
      assert.deepEqual((await api.get('/geocode?q=zzzzqqqqxxxx')).body.data, []);
      assert.equal((await api.get('/geocode')).body.errors[0].pointer, '#/query/q');
      assert.equal((await api.get('/geocode?q=x&lat=1')).body.errors[0].pointer, '#/query/lon');
    });
  });
}

test('without a map there is nothing to close and nothing to find, and it is said', async () => {
  const server = await Server.start();
  try {
    const api = await server.client();
    assert.equal((await api.post('/closures', { ways: [1] })).body.code, 'no_map');
    assert.equal((await api.get('/geocode?q=Marktplatz')).body.code, 'no_map');
  } finally {
    await server.stop();
  }
});

// Areas, hubs, partners, vehicles, drivers and shifts through the real binary, on both stores.
import Ajv from 'ajv/dist/2020.js';
import { judgeEvents } from '../harness/events.mjs';
import { test, describe, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { Server, demoMap } from '../harness/server.mjs';
import { stores } from '../harness/postgres.mjs';

const square = { type: 'Polygon', coordinates: [[[13, 53], [14, 53], [14, 54], [13, 54], [13, 53]]] };
const place = { location: { lat: 53.55, lon: 13.26 } };

const { postgres, list } = await stores();
after(() => postgres.stop());

for (const [name, db] of await list()) {
  describe(`fleet on ${name}`, () => {
    let server, api;
    before(async () => {
      server = await Server.start({ db });
      api = await server.client({ role: 'admin' });
    });
    after(() => server?.stop());

    test('a fleet is set up, found by its own ids, and taken down in order', async () => {
      const area = await api.expect(201, 'POST', '/areas', { name: 'north', geometry: square, time_zone: 'Europe/Berlin' });
      const hub = await api.expect(201, 'POST', '/hubs', { name: 'Hub', address: place, area_id: area.area_id, hours: { monday: [{ from: '06:00', to: '20:00' }] } });
      const partner = await api.expect(201, 'POST', '/partners', { name: 'Own', type: 'ownfleet', areas: [area.id] });
      const vehicle = await api.expect(201, 'POST', '/vehicles', {
        partner_id: partner.partner_id, vehicle_id: 'VAN-7', type: 'van', capacity: { weight: 800_000, parcels: 120 }, warehouse: hub.hub_id,
        costs: { per_hour: { amount: 2400, currency: 'EUR' } },
      });
      assert.equal(vehicle.external_id, 'VAN-7');
      const driver = await api.expect(201, 'POST', '/drivers', {
        partner_id: partner.id, external_driver_id: 'emp-1', name: 'Ada Fahrer', phone: '+49 395 123456', vehicle_id: vehicle.id, skills: ['cold'], home_hub_id: hub.id,
      });
      assert.equal(driver.driver_id, driver.id);
      assert.equal(driver.phone, '+49395123456');
      assert.equal((await api.get('/drivers?external_id=emp-1')).body.data[0].id, driver.id);
      assert.equal((await api.get(`/vehicles?warehouse=${hub.id}&available=true`)).body.data.length, 1);

      const held = await api.delete(`/vehicles/${vehicle.id}`);
      assert.equal(held.status, 409);
      assert.equal(held.body.used_by[0].id, driver.id);
      await api.expect(204, 'DELETE', `/drivers/${driver.id}`);
      await api.expect(204, 'DELETE', `/vehicles/${vehicle.id}`);
      assert.equal((await api.get(`/drivers/${driver.id}`)).body.status, 'inactive');
    });

    test('If-Match guards every change', async () => {
      const made = await api.post('/hubs', { name: 'Hub', address: place });
      assert.equal(made.headers.get('etag'), '"1"');
      const path = `/hubs/${made.body.id}`;
      assert.equal((await api.patch(path, { name: 'A' }, { 'if-match': '"1"' })).status, 200);
      assert.equal((await api.patch(path, { name: 'B' }, { 'if-match': '"1"' })).status, 412);
      assert.equal((await api.get(path, { 'if-none-match': '"2"' })).status, 304);
      assert.equal((await api.delete(path, { 'if-match': '"1"' })).status, 412);
    });

    test('the same Idempotency-Key makes one vehicle, one driver', async () => {
      for (const [path, body, how] of [['/vehicles', { type: 'van' }, 'true'], ['/drivers', { name: 'Eve' }, 'true']]) {
        const headers = { 'idempotency-key': `fleet${path}-${name}` };
        const [first, again] = [await api.post(path, body, headers), await api.post(path, body, headers)];
        assert.deepEqual([again.status, again.body.id], [201, first.body.id]);
        assert.equal(again.headers.get('idempotent-replayed'), how, 'what holds personal data is not remembered but read again');
        assert.equal((await api.post(path, { ...body, metadata: { a: 1 } }, headers)).body.code, 'idempotency_key_reused');
      }
    });

    test('a paper is uploaded, confirmed, fetched and deleted', async () => {
      const driver = await api.expect(201, 'POST', '/drivers', { name: 'Ida' });
      const file = Buffer.from('%PDF-1.4 licence');
      const made = await api.expect(201, 'POST', `/drivers/${driver.id}/documents`, {
        kind: 'license', mandatory: true, expires_on: '2099-12-31', content_type: 'application/pdf', size: file.length, sha256: createHash('sha256').update(file).digest('hex'),
      });
      const url = (link) => new URL(link, server.url);
      const put = await fetch(url(made.upload.url), { method: made.upload.method, headers: made.upload.headers, body: file });
      assert.equal(put.status, 201);
      const path = `/drivers/${driver.id}/documents/${made.document_id}`;
      const stored = await api.expect(200, 'POST', `${path}/confirm`);
      assert.equal(stored.document.state, 'stored');
      assert.equal(Buffer.from(await (await fetch(url(stored.download_url))).arrayBuffer()).compare(file), 0);
      await api.expect(204, 'DELETE', path);
      assert.deepEqual((await api.get(`/drivers/${driver.id}`)).body.documents, []);
    });

    test('every bad field is named at once', async () => {
      const { status, body } = await api.post('/areas', { name: '', geometry: { type: 'Polygon', coordinates: [[[0, 0], [1, 0], [1, 1], [0, 1]]] }, time_zone: 'Moon/Base', colour: 1 });
      assert.equal(status, 422);
      assert.deepEqual(body.errors.map((e) => e.pointer).sort(), ['#/colour', '#/name']);
      const rules = await api.post('/areas', { name: 'x', geometry: { type: 'Polygon', coordinates: [[[0, 0], [1, 0], [1, 1], [0, 1]]] }, time_zone: 'Moon/Base' });
      assert.deepEqual(rules.body.errors.map((e) => e.pointer), ['#/geometry/coordinates/0', '#/time_zone']);
    });

    test('shifts of one driver never overlap, also when they are planned at once', async () => {
      const driver = await api.expect(201, 'POST', '/drivers', { name: 'Mia' });
      const shift = { starts_at: '2031-09-01T06:00:00Z', ends_at: '2031-09-01T14:00:00Z' };
      const answers = await Promise.all(Array.from({ length: 8 }, () => api.post(`/drivers/${driver.id}/shifts`, shift)));
      assert.deepEqual(answers.map((a) => a.status).sort(), [201, 409, 409, 409, 409, 409, 409, 409]);
      assert.equal((await api.get(`/drivers/${driver.id}/shifts`)).body.data.length, 1);
    });

    test('a test partition and another tenant see nothing of it', async () => {
      const hub = await api.expect(201, 'POST', '/hubs', { name: 'Hub', address: place });
      for (const other of [await server.client({ role: 'admin', partition: 'test' }), await server.client({ role: 'admin', tenant: 'rival' })]) {
        assert.equal((await other.get(`/hubs/${hub.id}`)).status, 404);
        const refused = await other.post('/vehicles', { type: 'van', warehouse: hub.id });
        assert.equal(refused.status, 422);
        assert.equal(refused.body.errors[0].pointer, '#/warehouse');
      }
    });

    test('every event is as its schema says', async () => {
      const seen = await judgeEvents(server, api, Ajv);
      assert.ok(seen.size > 3, [...seen].join());
    });
  });
}

test('with a map, hubs are found by their address and vehicles have a profile of the map', async () => {
  const server = await Server.start({ map: demoMap });
  after(() => server.stop());
  const api = await server.client({ role: 'admin' });
  const hub = await api.expect(201, 'POST', '/hubs', { name: 'Hub', address: { line1: 'Turmstraße 5', postal_code: '17033', city: 'Neubrandenburg' } });
  const { lat, lon } = hub.address.location;
  assert.ok(Math.abs(lat - 53.557) < 0.02 && Math.abs(lon - 13.261) < 0.02, `${lat}, ${lon}`);
  const nowhere = await api.post('/hubs', { name: 'Hub', address: { line1: 'Unter den Linden 1', postal_code: '10117', city: 'Berlin' } });
  assert.equal(nowhere.status, 422);
  assert.equal(nowhere.body.errors[0].pointer, '#/address/location');
  const van = await api.expect(201, 'POST', '/vehicles', { type: 'van' });
  assert.equal(van.profile, 'van');
  const refused = await api.post('/vehicles', { type: 'van', profile: 'hovercraft' });
  assert.equal(refused.body.errors[0].pointer, '#/profile');
  assert.match(refused.body.errors[0].detail, /van/);
});

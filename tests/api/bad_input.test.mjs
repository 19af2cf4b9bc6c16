// Every operation of /openapi.json against everything a stranger may send. The answer is always a documented problem, soon, and never a 5xx.
// A new endpoint is tested by being in the document.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { execFileSync } from 'node:child_process';
import { Client, Server, binary, demoMap } from '../harness/server.mjs';
import { casesOf } from './bad_input/cases.mjs';

const document = JSON.parse(execFileSync(binary, ['openapi'], { maxBuffer: 64 * 1024 * 1024 }));
/** Cases that are left out: `method path` → case → why. */
const callback = '/v1/lastmile/connectors/{partnerId}/callbacks/{secret}';
const anyone = "the address itself is the credential: who has it, a network, calls without a tenant";
const leftOut = {
  [`get ${callback}`]: { 'a foreign id': anyone },
  [`post ${callback}`]: { 'a foreign id': anyone, 'an Idempotency-Key too long': 'an address that is not there says so first' },
};
/** Besides what an operation documents: what HTTP itself answers. */
const ofHttp = [405, 406, 408, 414, 431];
const patience = 10_000;

let server, admin, acme, other, tokens;

const tokenOf = (api, driver) => api.expect(200, 'POST', `/drivers/${driver}/impersonate-token`, { minutes: 30 });

/** One of everything, so that ids of the path can be somebody's. */
async function world(api) {
  const place = { line1: 'Turmstraße 1', city: 'Neubrandenburg', location: { lat: 53.5572, lon: 13.2611 } };
  const hub = await api.expect(201, 'POST', '/hubs', { name: 'Hub', address: place });
  const area = await api.expect(201, 'POST', '/areas', { name: 'all', time_zone: 'Europe/Berlin', geometry: { type: 'Polygon', coordinates: [[[13, 53], [14, 53], [14, 54], [13, 54], [13, 53]]] } });
  const partner = await api.expect(201, 'POST', '/partners', { name: 'Couriers', type: '3pl', connector: 'sandbox' });
  const { callback_url: callback } = await api.expect(201, 'POST', `/partners/${partner.id}/credentials`, { credentials: {} });
  const vehicle = await api.expect(201, 'POST', '/vehicles', { type: 'van', capacity: { parcels: 20 }, warehouse: hub.id });
  const driver = await api.expect(201, 'POST', '/drivers', { name: 'Ada', vehicle_id: vehicle.id, home_hub_id: hub.id });
  const shift = await api.expect(201, 'POST', `/drivers/${driver.id}/shifts`, { starts_at: '2030-01-01T08:00:00Z', ends_at: '2030-01-01T16:00:00Z' });
  const delivery = await api.expect(201, 'POST', '/deliveries', {
    packages: [{ package_id: 'P1', weight: 1000 }], pickup: { hub_id: hub.id }, dropoff: { address: place, recipient: { name: 'Jane Doe' } } });
  const { assignment } = await api.expect(200, 'POST', `/drivers/${driver.id}/assign`, { delivery_ids: [delivery.id] });
  const token = await tokenOf(api, driver.id);
  const closure = await api.expect(201, 'POST', '/closures', { geometry: { type: 'Polygon', coordinates: [[[13.26, 53.556], [13.264, 53.556], [13.264, 53.558], [13.26, 53.558], [13.26, 53.556]]] } });
  const template = await api.expect(201, 'POST', '/slots/templates', { area_id: area.id, weekdays: ['monday', 'wednesday', 'friday'], from: '09:00', to: '12:00', capacity: 1000 });
  const [slot] = (await api.expect(200, 'GET', `/slots/availability?area_id=${area.id}`)).data;
  const reservation = await api.expect(201, 'POST', '/slots/reserve', { slot_id: slot.slot_id });
  const link = await api.expect(201, 'POST', `/deliveries/${delivery.id}/tracking-links`);
  const key = await api.expect(201, 'POST', '/keys', { name: 'k', scopes: ['drivers:read'] });
  return {
    token: token.token,
    ids: {
      hubId: hub.id, areaId: area.id, partnerId: partner.id, secret: callback.split('/').at(-1), vehicleId: vehicle.id, driverId: driver.id, shiftId: shift.id ?? shift.shift_id, deliveryId: delivery.id,
      assignmentId: assignment.id, stopId: assignment.route.stops[0].stop_id, tokenId: token.token_id, closureId: closure.id, templateId: template.id, reservationId: reservation.id, linkId: link.link_id, keyId: key.id ?? key.key_id,
    },
  };
}

/** An id of the right form that nobody has. */
const absent = (schema) => (/^\^\w+_/.test(schema?.pattern ?? '') ? `${/^\^(\w+_)/.exec(schema.pattern)[1]}${'0'.repeat(25)}1` : 'nobodys-thing');

function place(path, operation, where) {
  return path.replaceAll(/\{(\w+)\}/g, (_, name) => {
    const schema = operation.parameters.find((one) => one.in === 'path' && one.name === name)?.schema;
    if (where === 'malformed') return 'x!y';
    if (where === 'undecodable') return '%ff';
    return (where === 'own' ? acme : where === 'foreign' ? other : {}).ids?.[name] ?? absent(schema);
  });
}

function bearer(one, operation) {
  const scopes = operation.security[0]?.bearer ?? [];
  const driverOnly = scopes.length === 1 && scopes[0] === 'driver:self';
  if (one.token === 'none' || !operation.security.length) return {};
  if (one.token === 'bad') return { authorization: 'Bearer lm_live_nobodys_key' };
  if (one.token === 'basic') return { authorization: 'Basic YTpi' };
  if (one.token === 'powerless') return { authorization: `Bearer ${driverOnly ? tokens.admin : scopes.includes('driver:self') ? tokens.powerless : tokens.driver}` };
  return { authorization: `Bearer ${driverOnly ? tokens.driver : tokens.admin}` };
}

async function send(one, path, method, operation) {
  const media = Object.keys(operation.requestBody?.content ?? {}).find((name) => name.includes('json'));
  let body = typeof one.body === 'function' ? one.body() : one.body;
  if (one.good && media) body = JSON.stringify(operation.requestBody.content[media].example ?? {});
  const headers = { ...bearer(one, operation), ...(body === undefined ? {} : { 'content-type': one.type ?? media }), ...one.headers };
  const target = (one.tenant ? `/t/${one.tenant}` : '') + place(path, operation, one.where) + (one.query ?? '');
  const answer = await fetch(server.url + target, { method: method.toUpperCase(), headers, body, signal: AbortSignal.timeout(patience) });
  const endless = /event-stream/.test(answer.headers.get('content-type') ?? '');
  if (endless) await answer.body.cancel();
  const text = endless ? '' : await answer.text();
  return { status: answer.status, type: answer.headers.get('content-type') ?? '', body: /json/.test(answer.headers.get('content-type') ?? '') && text ? JSON.parse(text) : text };
}

async function judge(one, path, method, operation) {
  const given = await send(one, path, method, operation);
  const said = `${given.status} ${JSON.stringify(given.body)?.slice(0, 400)}`;
  if (given.status >= 500) return `a fault: ${said}`;
  const documented = operation.responses[given.status] || ofHttp.includes(given.status);
  if (!documented) return `an undocumented status: ${said}`;
  if (one.expect === 'documented' && given.status < 400) return undefined;
  if (one.expect === 'as absent') {
    const nobodys = await send({ ...one, where: 'absent' }, path, method, operation);
    if (given.status < 400) return `another tenant's thing was touched: ${said}`;
    return given.status === nobodys.status && given.body.code === nobodys.body.code ? undefined : `told from an absent one (${nobodys.status} ${nobodys.body.code}): ${said}`;
  }
  if (one.expect !== 'documented' && ![one.expect].flat().includes(given.status)) return `${one.expect} expected: ${said}`;
  if (!given.type.startsWith('application/problem+json')) return `no problem document (${given.type}): ${said}`;
  if (given.body.status !== given.status || !given.body.code || !given.body.title || !given.body.type) return `an incomplete problem: ${said}`;
  const missing = (one.pointers ?? []).filter((pointer) => !(given.body.errors ?? []).some((error) => error.pointer === pointer || error.pointer.startsWith(`${pointer}/`)));
  if (missing.length && (given.body.errors ?? []).length < 20) return `errors[] does not name ${missing}: ${said}`;
  return undefined;
}

describe('bad input', () => {
  before(async () => {
    server = await Server.start({ map: demoMap });
    admin = await server.client({ tenant: 'acme' });
    acme = await world(admin);
    other = await world(await server.client({ tenant: 'other' }));
    const weak = await admin.expect(201, 'POST', '/keys', { name: 'powerless', scopes: ['settlements:read'] });
    tokens = { admin: admin.key, driver: acme.token, powerless: weak.key };
  });
  after(() => server?.stop());

  const operations = Object.entries(document.paths).flatMap(([path, item]) => Object.entries(item).map(([method, operation]) => ({ path, method, operation })));
  // What changes the rules of the house comes last.
  operations.sort((a, b) => Number(a.path.includes('/policies')) - Number(b.path.includes('/policies')));
  for (const { path, method, operation } of operations) {
    test(`${method.toUpperCase()} ${path}`, async () => {
      const out = leftOut[`${method} ${path}`] ?? {};
      const cases = casesOf(document, path, method, operation).filter((one) => !out[one.name] && !out.all);
      assert.ok(cases.length > 0 || out.all, 'an endpoint without a case');
      const wrong = [];
      tokens.driver = (await tokenOf(admin, acme.ids.driverId)).token;  // requests are counted by token
      for (let at = 0; at < cases.length; at += 8) {
        await Promise.all(cases.slice(at, at + 8).map(async (one) => {
          const fault = await judge(one, path, method, operation).catch((error) => `no answer: ${error.cause ?? error}`);
          if (fault) wrong.push(`${one.name}: ${fault}`);
        }));
      }
      assert.deepEqual(wrong, []);
    });
  }

  test('and the server is well', async () => {
    assert.equal((await fetch(`${server.url}/readyz`)).status, 200);
    await new Client(server, admin.key).expect(200, 'GET', '/hubs');
  });
});

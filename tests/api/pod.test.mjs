// Proofs through the real binary: files uploaded by presigned URLs, held to their declaration, sealed; the seal checked with node's own crypto.
import assert from 'node:assert/strict';
import { createHash, createPublicKey, verify } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { Server, Client, until } from '../harness/server.mjs';
import { stores } from '../harness/postgres.mjs';

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');
const canonical = (value) =>
  Array.isArray(value) ? `[${value.map(canonical).join(',')}]`
  : value && typeof value === 'object' ? `{${Object.keys(value).sort().map((k) => `${JSON.stringify(k)}:${canonical(value[k])}`).join(',')}}`
  : JSON.stringify(value);
const { postgres, list } = await stores();
after(() => postgres.stop());

for (const [name, db] of await list()) {
  describe(`proofs on ${name}`, () => {
    let server, ops, hub, who, delivery, stop;

    before(async () => {
      server = await Server.start({ db });
      ops = await server.client();
      hub = await ops.expect(201, 'POST', '/hubs', { name: 'Hub', address: { location: { lat: 53.55, lon: 13.26 } } });
      who = await driver();
      ({ delivery, stop } = await assigned(who));
    });
    after(() => server?.stop());

    async function driver() {
      const vehicle = await ops.expect(201, 'POST', '/vehicles', { type: 'van', capacity: { parcels: 20 }, warehouse: hub.id });
      const made = await ops.expect(201, 'POST', '/drivers', { name: 'Ada Fahrer', vehicle_id: vehicle.id, home_hub_id: hub.id });
      const { token } = await ops.expect(200, 'POST', `/drivers/${made.id}/impersonate-token`, { minutes: 30 });
      return { id: made.id, app: new Client(server, token) };
    }
    async function assigned(courier) {
      const d = await ops.expect(201, 'POST', '/deliveries', {
        packages: [{ weight: 1000 }], pickup: { hub_id: hub.id },
        dropoff: { address: { line1: 'Turmstraße 5', city: 'Neubrandenburg', location: { lat: 53.5572, lon: 13.2611 } }, recipient: { name: 'Jane Doe' } },
      });
      const { assignment } = await ops.expect(200, 'POST', `/drivers/${courier.id}/assign`, { delivery_ids: [d.id] });
      return { delivery: d, stop: assignment.route.stops.find((s) => s.type === 'dropoff').stop_id };
    }
    const declared = (kind, bytes, more = {}) => ({ kind, content_type: 'image/png', size: bytes.length, sha256: sha256(bytes), ...more });
    const upload = async (client, files, at = { delivery, stop }) =>
      (await client.expect(200, 'POST', '/pod/request-upload', { delivery_id: at.delivery.id, stop_id: at.stop, files })).uploads;
    const put = (one, bytes) => fetch(new URL(one.url, server.url), { method: one.method, headers: one.headers, body: bytes });
    const events = async (type) => {
      const log = await ops.expect(200, 'GET', `/events?type=${type}&limit=200`);
      return log.data;
    };

    test('a driver uploads, registers and reads; everybody can check the seal', async () => {
      const files = [Buffer.from('\x89PNG signature'), Buffer.from('\x89PNG photo'), Buffer.from('\x89PNG other')];
      const uploads = await upload(who.app, [declared('signature', files[0]), declared('photo', files[1]), declared('photo', files[2])]);
      for (const [i, one] of uploads.entries()) {
        assert.match(one.asset_id, /^ast_/);
        assert.equal((await put(one, files[i])).status, 201);
      }
      const pod = await who.app.expect(201, 'POST', '/pod', {
        delivery_id: delivery.id, stop_id: stop, signature_url: uploads[0].asset_url, photos: [uploads[1].asset_url, server.url + uploads[2].asset_url],
        notes: 'Left with Müller', delivered_at: '2025-09-01T09:30:00Z',
      });
      assert.equal(pod.outcome, 'open');
      assert.equal(pod.driver_id, who.id);

      const seen = await ops.expect(200, 'GET', `/pod/${pod.pod_id}`);
      assert.deepEqual({ ...seen, signature: 0, photos: 0 }, { ...pod, signature: 0, photos: 0 });
      assert.equal(seen.notes, 'Left with Müller');
      assert.equal(seen.delivered_at, '2025-09-01T09:30:00Z');
      const got = Buffer.from(await (await fetch(new URL(seen.photos[1].url, server.url))).arrayBuffer());
      assert.equal(sha256(got), seen.photos[1].sha256);

      const { hash, signature, public_key: key, content, previous } = seen.seal;
      assert.equal(canonical(JSON.parse(content)), content);
      assert.equal(sha256(content), hash);
      assert.deepEqual(JSON.parse(content).assets.map((a) => a.sha256), files.map(sha256));
      assert.ok(!content.includes('Müller'), 'remarks are personal');
      const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), Buffer.from(key, 'base64')]);
      const publicKey = createPublicKey({ key: spki, format: 'der', type: 'spki' });
      assert.ok(verify(null, Buffer.from(hash, 'hex'), publicKey, Buffer.from(signature, 'base64')));
      assert.match(previous, /^0{64}$/);

      const next = await ops.expect(201, 'POST', '/pod', { delivery_id: delivery.id, stop_id: stop, photos: [uploads[1].asset_id] });
      assert.equal(next.seal.previous, hash);
      const both = await who.app.expect(200, 'GET', `/deliveries/${delivery.id}/pod`);
      assert.deepEqual(both.data.map((p) => p.pod_id), [pod.pod_id, next.pod_id]);
      assert.ok(await until(async () => (await events('pod.created')).length === 2));
      assert.ok(await until(async () => (await events('pod.viewed')).some((e) => e.data.pod_id === pod.pod_id)));
    });

    test('what was not uploaded, lies elsewhere or belongs elsewhere is named', async () => {
      const bytes = Buffer.from('\x89PNG x');
      const [absent, photo] = await upload(who.app, [declared('photo', bytes), declared('photo', bytes)]);
      assert.ok((await put(absent, Buffer.from('\x89PNG y'))).status >= 400, 'other bytes than declared');
      assert.equal((await put(photo, bytes)).status, 201);
      const other = await assigned(who);
      const [foreign] = await upload(who.app, [declared('photo', bytes)], other);
      const refused = await who.app.post('/pod', {
        delivery_id: delivery.id, stop_id: stop, signature_url: photo.asset_url,
        photos: [absent.asset_url, 'https://elsewhere.example/a.png', foreign.asset_url, photo.asset_url],
      });
      assert.equal(refused.status, 422);
      assert.deepEqual(refused.body.errors.map((e) => [e.pointer, e.code]), [
        ['#/signature_url', 'other_kind'], ['#/photos/0', 'not_uploaded'], ['#/photos/1', 'unknown_host'], ['#/photos/2', 'other_stop'],
      ]);
      assert.ok(refused.body.errors[1].detail.includes(absent.asset_id));
    });

    test('another driver, another tenant and a wrong stop find nothing', async () => {
      const rival = await driver();
      const bytes = Buffer.from('\x89PNG x');
      const body = { delivery_id: delivery.id, stop_id: stop, files: [declared('photo', bytes)] };
      assert.equal((await rival.app.post('/pod/request-upload', body)).status, 404);
      assert.equal((await rival.app.get(`/deliveries/${delivery.id}/pod`)).status, 404);
      const other = await assigned(who);
      assert.equal((await who.app.post('/pod/request-upload', { ...body, stop_id: other.stop })).status, 404);
      const [one] = await upload(ops, [declared('photo', bytes)]);
      await put(one, bytes);
      const pod = await ops.expect(201, 'POST', '/pod', { delivery_id: delivery.id, stop_id: stop, photos: [one.asset_url] });
      assert.equal((await rival.app.get(`/pod/${pod.pod_id}`)).status, 404);
      const stranger = await server.client({ tenant: 'rival' });
      assert.equal((await stranger.get(`/pod/${pod.pod_id}`)).status, 404);
      assert.equal((await ops.post('/pod/request-upload', { ...body, files: [declared('photo', bytes, { content_type: 'text/html' })] })).status, 422);
    });
  });
}

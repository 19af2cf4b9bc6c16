// Proofs and documents in a bucket of an S3 server that is not ours: browsers and phones go there by presigned URLs, nothing passes through the node.
// Seen failing with the data folder's store in place, and with a removal that the erasure did not ask for.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import S3rver from 's3rver';
import { Client, Server, binary, until } from '../harness/server.mjs';
import { stores } from '../harness/postgres.mjs';
import { picture, sha256, upload } from '../harness/proof.mjs';

const { postgres, list } = await stores();
after(() => postgres.stop());

for (const [name, db] of await list()) {
  describe(`files in a bucket on ${name}`, () => {
    let server, ops, folder, s3, origin;

    before(async () => {
      folder = await mkdtemp(path.join(tmpdir(), 'lastmile-bucket-'));
      s3 = new S3rver({ port: 0, address: '127.0.0.1', silent: true, directory: folder, configureBuckets: [{ name: 'proofs' }] });
      origin = `http://127.0.0.1:${(await s3.run()).port}`;
      server = await Server.start({ db, args: ['--s3-endpoint', origin, '--s3-access-key-id', 'S3RVER', '--s3-secret-access-key', 'S3RVER', '--s3-bucket', 'proofs', '--s3-prefix', 'city', '--s3-allow-private-networks', '127.0.0.0/8'] });
      ops = await server.client({ role: 'admin' });
    });
    after(async () => {
      await server?.stop();
      await s3?.close();
      await rm(folder, { recursive: true, force: true });
    });

    // A folder may go while it is read.
    const kept = async () => (await readdir(path.join(folder, 'proofs'), { recursive: true }).catch(() => [])).filter((file) => file.endsWith('_S3rver_object')).length;

    test('a picture is put, verified, shown and erased where the bucket is', async () => {
      const hub = await ops.expect(201, 'POST', '/hubs', { name: 'Hub', address: { location: { lat: 53.55, lon: 13.26 } } });
      const vehicle = await ops.expect(201, 'POST', '/vehicles', { type: 'van', capacity: { parcels: 20 }, warehouse: hub.id });
      const driver = await ops.expect(201, 'POST', '/drivers', { name: 'Ada', vehicle_id: vehicle.id, home_hub_id: hub.id });
      const { token } = await ops.expect(200, 'POST', `/drivers/${driver.id}/impersonate-token`, { minutes: 60 });
      const app = new Client(server, token);
      const d = await ops.expect(201, 'POST', '/deliveries', { packages: [{ weight: 1000 }], pickup: { hub_id: hub.id }, dropoff: { address: { line1: 'Turmstraße 5', location: { lat: 53.5572, lon: 13.2611 } }, recipient: { name: 'Jane' } } });
      const { assignment } = await ops.expect(200, 'POST', `/drivers/${driver.id}/assign`, { delivery_ids: [d.id] });
      await app.expect(200, 'POST', `/driver-api/assignments/${assignment.id}/accept`);
      await app.expect(200, 'POST', `/driver-api/assignments/${assignment.id}/start-route`);
      const stop = (type) => assignment.route.stops.find((s) => s.type === type).stop_id;
      for (const act of ['arrive', 'complete']) await app.expect(200, 'POST', `/driver-api/stops/${stop('pickup')}/${act}`);
      await app.expect(200, 'POST', `/driver-api/stops/${stop('dropoff')}/arrive`);
      const photo = await upload(app, { delivery_id: d.id, stop_id: stop('dropoff'), bytes: picture('the door') });
      assert.equal(await kept(), 1);
      const absent = await upload(app, { delivery_id: d.id, stop_id: stop('dropoff'), put: false });
      const refused = await app.expect(422, 'POST', `/driver-api/stops/${stop('dropoff')}/complete`, { photos: [absent] });
      assert.equal(refused.errors[0].code, 'not_uploaded');
      await app.expect(200, 'POST', `/driver-api/stops/${stop('dropoff')}/complete`, { photos: [photo] });
      const pods = await ops.expect(200, 'GET', `/deliveries/${d.id}/pod`);
      const shown = (pods.data ?? pods)[0].photos[0];
      assert.ok(shown.url.startsWith(`${origin}/proofs/city/`), shown.url);
      assert.equal(sha256(Buffer.from(await (await fetch(shown.url)).arrayBuffer())), sha256(picture('the door')));
      await ops.expect(204, 'POST', `/recipients/${d.recipient_id}/erase`);
      assert.ok(await until(async () => (await kept()) === 0 && (await fetch(shown.url)).status === 404), 'the file goes with its recipient');
    });

    test('pages may fetch from there, and a bucket without an endpoint is a clear sentence', async () => {
      const policy = (await fetch(new URL('/console', server.url))).headers.get('content-security-policy');
      assert.ok(policy.includes(`connect-src 'self' ${origin};`), policy);
      const doctor = (bucket) => new Promise((done) => execFile(binary, ['doctor', '--json', '--data', server.data, ...(db ? ['--db', db] : []), '--listen', '127.0.0.1:0', '--s3-endpoint', origin,
        '--s3-access-key-id', 'S3RVER', '--s3-secret-access-key', 'S3RVER', '--s3-allow-private-networks', '127.0.0.0/8', '--s3-bucket', bucket], (_, out) => done(JSON.parse(out).checks.find((one) => one.name === 'blobs'))));
      assert.deepEqual([(await doctor('proofs')).verdict, (await doctor('elsewhere')).verdict], ['ok', 'wrong']);
      await assert.rejects(Server.start({ db, args: ['--s3-bucket', 'proofs'] }), /s3\.endpoint/);
    });
  });
}

// Keys end at once: at the node that revokes them and at every other one, whatever a node knew of them before.
// Broken on purpose: with the revision left out of what is kept of a key, both tests see the revoked key answered.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Client, Server } from '../harness/server.mjs';
import { stores } from '../harness/postgres.mjs';

const { postgres, list } = await stores();
after(() => postgres.stop());

for (const [name, db] of await list()) {
  describe(`keys on ${name}`, () => {
    const nodes = [];
    let admin;

    before(async () => {
      nodes.push(await Server.start({ db }));
      admin = await nodes[0].client();
      if (db) nodes.push(await Server.start({ db }));
    });
    after(async () => { for (const node of nodes) await node.stop(); });

    test('a revoked key is refused by the next request, on every node', async () => {
      for (let round = 0; round < 20; round += 1) {
        const made = await admin.expect(201, 'POST', '/keys', { role: 'viewer' });
        const readers = nodes.flatMap((node) => Array.from({ length: 6 }, () => new Client(node, made.key)));
        for (const { status } of await Promise.all(readers.map((one) => one.get('/hubs')))) assert.equal(status, 200);
        await admin.expect(204, 'DELETE', `/keys/${made.key_id}`);
        for (const { status, body } of await Promise.all(readers.map((one) => one.get('/hubs')))) assert.deepEqual([status, body.code], [401, 'unauthenticated']);
      }
    });

    test('a policy of the tenant holds for the next request, on every node', async () => {
      const made = await admin.expect(201, 'POST', '/keys', { role: 'admin' });
      const clients = nodes.map((node) => new Client(node, made.key));
      for (const one of clients) await one.expect(200, 'GET', '/hubs');
      for (const limit of [500, 700]) {
        const { version } = await admin.expect(200, 'GET', '/policies');
        await admin.expect(200, 'PATCH', '/policies', { limits: { requests_per_min: limit } }, version === undefined ? {} : { 'if-match': `"${version}"` });
        for (const one of clients) assert.equal((await one.get('/hubs')).headers.get('ratelimit-limit'), String(limit));
      }
    });
  });
}

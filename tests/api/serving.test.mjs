// The first thing an operator sees: the binary starts, says where it listens, answers and stops.
import assert from 'node:assert/strict';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { stores } from '../harness/postgres.mjs';
import { Client, Server } from '../harness/server.mjs';

const { postgres, list } = await stores();
after(() => postgres.stop());

test('serves on a free port, says where, and ends with 0 on SIGTERM', async () => {
  const server = await Server.start();
  assert.match(server.url, /^http:\/\/127\.0\.0\.1:\d+$/);
  assert.equal(await server.listenFile(), server.url);
  const answer = await fetch(`${server.url}/livez`);
  assert.equal(answer.status, 200);
  assert.equal(await server.stop(), 0);
});

test('a port that is taken is one clear sentence and exit code 1', async () => {
  const server = await Server.start();
  const second = new Server();
  second.data = server.data + '-second';
  second.options = { args: ['--listen', server.url.replace('http://', '')] };
  await assert.rejects(second.launch(), /in use|taken/);
  await server.stop();
});

for (const [name, db] of await list())
  test(`keys can be made before anybody serves, and between two runs, on ${name}`, async () => {
    // Seen failing: the event of a new key needs a log, and the command line attached none.
    const server = new Server({ db });
    server.data = await mkdtemp(path.join(tmpdir(), 'lastmile-'));
    const first = await server.key({ tenant: 'early' });
    await server.launch();
    assert.equal((await new Client(server, first).get('/keys')).status, 200);
    await server.stop({ keep: true });
    const second = await server.key({ tenant: 'early' });
    await server.launch();
    const client = new Client(server, second);
    const keys = (await client.expect(200, 'GET', '/keys')).data;
    assert.equal(keys.length, 2);
    const told = async () => (await client.expect(200, 'GET', '/events?type=key.created')).data.length;
    for (let times = 0; times < 500 && (await told()) < 2;) times += 1;  // PostgreSQL stamps a moment later
    assert.equal(await told(), 2, 'both are in the log');
    await server.stop();
  });

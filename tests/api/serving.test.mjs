// The first thing an operator sees: the binary starts, says where it listens, answers and stops.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Server } from '../harness/server.mjs';

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

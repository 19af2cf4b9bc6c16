// The simulator's day on both stores: every invariant holds, the same seed makes the same day, and a broken invariant is an error.
import assert from 'node:assert/strict';
import http from 'node:http';
import { after, describe, test } from 'node:test';
import Ajv from 'ajv/dist/2020.js';
import { judgeEvents } from '../harness/events.mjs';
import { Server, demoMap } from '../harness/server.mjs';
import { stores } from '../harness/postgres.mjs';
import { simulate } from './simulate_run.mjs';

const { postgres, list } = await stores();
after(() => postgres.stop());
const size = process.env.LASTMILE_FULL ? ['--deliveries', '250', '--drivers', '15'] : ['--deliveries', '90', '--drivers', '8'];

describe('a simulated day', () => {
  const days = [];
  for (const seed of ['3', '4']) {
    test(`seed ${seed}: everything ends well, alike on both stores`, async () => {
      const both = [];
      for (const [name, db] of await list()) {
        const server = await Server.start({ db, map: demoMap });
        try {
          const key = await server.key({ partition: 'test' });
          const { code, summary, story } = await simulate(server.url, key, '--day', '--by-hand', '--seed', seed, ...size);
          assert.ok(summary, `${name}: ${story.slice(-2000)}`);
          assert.deepEqual(summary.broken, [], name);
          assert.equal(code, 0);
          assert.deepEqual(summary.run.refusals, {}, `${name}: nothing that a courier rightly does is refused: ${story.split('\n').filter((l) => /answered/.test(l)).slice(0, 5)}`);
          await judgeEvents(server, await server.client({ partition: 'test' }), Ajv);
          both.push(summary.day);
        } finally {
          await server.stop();
        }
      }
      assert.deepEqual(both[0], both[1]);
      days.push(both[0]);
    });
  }

  test('a day has all that days have, and no two are alike', () => {
    const sum = (what) => days.reduce((all, day) => all + day[what], 0);
    for (const what of ['declined', 'nobody_home', 'refused_at_door', 'missing', 'cancel_wishes', 'lost_signal', 'synced', 'said_twice', 'breakdowns', 'taken_over', 'second_attempts', 'brought_back'])
      assert.ok(sum(what) > 0, `${what} never happened: ${JSON.stringify(days)}`);
    for (const day of days) assert.ok(day.ends['delivered full'] > day.deliveries * 0.8, JSON.stringify(day.ends));
    assert.notDeepEqual({ ...days[0], seed: 0 }, { ...days[1], seed: 0 });
  });

  test('a server that loses an event is found out', async () => {
    const server = await Server.start({ map: demoMap });
    // Between the two: a proxy that leaves one event of the log out.
    const proxy = http.createServer((request, response) => {
      const through = http.request(server.url + request.url, { method: request.method, headers: { ...request.headers, 'accept-encoding': 'identity' } }, async (answer) => {
        let body = Buffer.concat(await answer.toArray());
        if (/\/events\?/.test(request.url) && answer.statusCode === 200) body = Buffer.from(JSON.stringify({ ...JSON.parse(body), data: JSON.parse(body).data.filter((e) => e.sequence !== 7) }));
        response.writeHead(answer.statusCode, { 'content-type': answer.headers['content-type'] ?? 'application/json', 'content-length': body.length }).end(body);
      });
      request.pipe(through);
    });
    await new Promise((done) => proxy.listen(0, '127.0.0.1', done));
    try {
      const key = await server.key({ partition: 'test' });
      const { code, summary, story } = await simulate(`http://127.0.0.1:${proxy.address().port}`, key, '--day', '--by-hand', '--deliveries', '3', '--drivers', '1');
      assert.notEqual(code, 0);
      assert.ok(summary, story);
      assert.deepEqual(summary.broken, ['the log has a gap after 6']);
    } finally {
      proxy.closeAllConnections();
      proxy.close();
      await server.stop();
    }
  });

  test('only a test partition is simulated', async () => {
    const server = await Server.start({ map: demoMap });
    try {
      const { code, story } = await simulate(server.url, await server.key(), '--day');
      assert.notEqual(code, 0);
      assert.match(story, /test partition/);
    } finally {
      await server.stop();
    }
  });
});

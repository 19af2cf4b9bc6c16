// kill -9 again and again, while shops create and couriers drive, on both stores. Afterwards: every answered request is there exactly once,
// nothing is half-done, every event reached the webhook, and saying everything once more changes nothing.
// The page cache survives a kill; what is lost with the power: platform/store/crash_test.cpp and platform/events/power_cut_test.cpp.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { after, describe, test } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { Client, Server, binary, demoMap } from '../harness/server.mjs';
import { stores } from '../harness/postgres.mjs';
import { Receiver, eventually } from '../harness/receiver.mjs';

const { postgres, list } = await stores();
after(() => postgres.stop());
const kills = process.env.LASTMILE_FULL ? 12 : 4;
const day = ['--day', '--by-hand', '--seed', '5', '--deliveries', process.env.LASTMILE_FULL ? '150' : '70', '--drivers', '8', '--json'];

/** A shop: creates orders, each under a key of its own, and asks again under that key until it has an answer. */
class Shop {
  constructor(client, name) {
    Object.assign(this, { client, name, said: [], lost: 0, open: true });
  }
  async order(hub) {
    const number = this.said.length;
    const one = (i) => ({ source: 'shop', order_id: `${this.name}-${number}-${i}`, packages: [{ weight: 500 }], pickup: { hub_id: hub }, dropoff: { address: { location: { lat: 53.55 + number / 10000, lon: 13.26 } }, recipient: { name: 'Jane Roe' } } });
    const body = number % 4 ? one(0) : [one(0), one(1), one(2)];
    const key = { 'idempotency-key': `${this.name}-${number}` };
    const said = { body, key, ids: null };
    this.said.push(said);
    while (this.open) {
      try {
        const answer = await this.client.post('/deliveries', body, key);
        if (answer.status === 409 && answer.body.code === 'request_in_flight') continue;
        assert.equal(answer.status, 201, JSON.stringify(answer.body));
        said.ids = idsOf(answer.body);
        return;
      } catch (fault) {
        if (fault.code === 'ERR_ASSERTION') throw fault;
        this.lost += 1;  // no answer: perhaps done, perhaps not
        await new Promise((done) => { setTimeout(done, 30); });
      }
    }
  }
}
const idsOf = (body) => (body.data ?? [body]).map((d) => d.id);

async function everything(client, path) {
  const all = [];
  for (let cursor = ''; cursor !== null;) {
    const page = await client.expect(200, 'GET', `${path}${path.includes('?') ? '&' : '?'}limit=200${cursor && `&cursor=${cursor}`}`);
    all.push(...page.data);
    cursor = page.next_cursor;
  }
  return all;
}
async function wholeLog(client) {
  const all = [];
  for (let page; !page || page.length; all.push(...page)) page = (await client.expect(200, 'GET', `/events?after=${all.length}&limit=200`)).data;
  all.forEach((event, i) => assert.equal(event.sequence, i + 1, 'a gap or a repetition in the log'));
  return all;
}

/** What the log says of every delivery is what the delivery says. */
function nothingHalfDone(deliveries, log) {
  const states = new Map();
  for (const event of log) {
    const status = /^delivery\.(created|scheduled|assigned|unassigned|enroute|delivered|partially_delivered|failed|cancelled|returned|closed)$/.exec(event.type)?.[1];
    if (status) states.set(event.delivery_id, [...(states.get(event.delivery_id) ?? []), status]);
  }
  assert.equal(states.size, deliveries.length, 'as many deliveries in the log as in the list');
  const last = { delivered: ['delivered', 'partially_delivered'], cancelled: ['cancelled'], returned: ['returned'], failed: ['failed', 'closed'], requested: ['created', 'unassigned'], scheduled: ['scheduled', 'created', 'unassigned'] };
  for (const d of deliveries) {
    const told = states.get(d.id);
    assert.equal(told?.filter((s) => s === 'created').length, 1, `${d.order_id} was created once`);
    if (last[d.status]) assert.ok(last[d.status].includes(told.at(-1)), `${d.order_id} is ${d.status}, the log's last word is ${told.at(-1)}`);
    for (const p of d.packages) assert.ok(d.legs.filter((leg) => leg.packages.some((item) => item.package_id === p.id && item.state === 'taken')).length <= 1, 'two couriers');
  }
}

async function heardAll(hook, secret, log, ops, from) {
  const owed = log.slice(from).map((e) => e.id);
  const heard = () => new Set(hook.calls.filter((c) => c.status === 204).map((c) => c.event.id));
  await eventually(() => ops.expect(200, 'POST', '/sandbox/webhooks/flush', {}), () => { const had = heard(); return owed.every((id) => had.has(id)); }, 'every event', 60_000);
  const verifier = new Webhook(secret);
  const bodies = new Map();
  for (const call of hook.calls) {
    verifier.verify(call.body, call.headers);
    assert.equal(bodies.get(call.event.id) ?? call.body, call.body, 'told again, it is told alike');
    bodies.set(call.event.id, call.body);
  }
  return hook.calls.length - bodies.size;
}

for (const [name, db] of await list()) {
  describe(`crashes on ${name}`, () => {
    test(`${kills} times kill -9 under load`, async (t) => {
      const server = await Server.start({ db, map: demoMap });
      const hook = await Receiver.open();
      try {
        // The shops' partition is one test partition, the simulated town's that of another tenant.
        const ops = await server.client({ tenant: 'shops', partition: 'test' });
        const key = await server.key({ tenant: 'town', partition: 'test' });
        const town = new Client(server, key);
        const hub = await ops.expect(201, 'POST', '/hubs', { name: 'Hub', address: { location: { lat: 53.5535, lon: 13.2525 } } });
        const { secret } = await ops.expect(201, 'POST', '/webhooks', { url: hook.url, events: ['*'] });
        const townSecret = (await town.expect(201, 'POST', '/webhooks', { url: hook.url, events: ['delivery.*', 'package.*', 'stop.*'] })).secret;
        const shops = [1, 2, 3, 4].map((n) => new Shop(ops, `shop${n}`));

        const sim = spawn(binary, ['simulate', '--url', server.url, '--key', key, ...day], { stdio: ['ignore', 'pipe', 'pipe'] });
        const ended = new Promise((done) => { sim.once('exit', done); });
        let out = '';
        sim.stdout.on('data', (chunk) => { out += chunk; });
        let lines = 0, killed = 0, running = [];
        const story = [];
        for await (const line of createInterface({ input: sim.stderr })) {
          lines += 1;
          story.push(line);
          for (const shop of shops) running.push(shop.order(hub.id));
          if (lines % 14 || killed === kills) continue;
          // In the middle of it: the shops' requests are on the wire, the couriers drive.
          killed += 1;
          await server.restart();
          await Promise.all(running);
          running = [];
        }
        assert.equal(await ended, 0, `the simulated day broke: ${out}\n${story.slice(-15).join('\n')}`);
        await Promise.all(running);
        assert.equal(killed, kills);

        const said = shops.flatMap((shop) => shop.said);
        const deliveries = await everything(ops, '/deliveries');
        const wanted = said.flatMap((s) => [s.body].flat().map((d) => d.order_id)).sort();
        assert.deepEqual(deliveries.map((d) => d.order_id).sort(), wanted, 'every answered order is there, exactly once');
        const log = await wholeLog(ops);
        nothingHalfDone(deliveries, log);
        const townLog = await wholeLog(town);
        nothingHalfDone(await everything(town, '/deliveries'), townLog);

        for (const s of said) {
          const again = await ops.post('/deliveries', s.body, s.key);
          assert.deepEqual([again.status, again.headers.get('idempotent-replayed') !== null, idsOf(again.body)], [201, true, s.ids]);
        }
        assert.equal((await wholeLog(ops)).length, log.length, 'asked again, nothing happened again');

        const mine = { calls: [] }, towns = { calls: [] };
        const split = () => { for (const [side, tenant] of [[mine, 'shops'], [towns, 'town']]) side.calls = hook.calls.filter((c) => c.event.tenant === tenant); return true; };
        const from = log.findIndex((e) => e.type === 'webhook.created') + 1;
        await eventually(() => Promise.all([ops, town].map((c) => c.expect(200, 'POST', '/sandbox/webhooks/flush', {}))), () => split() && new Set(mine.calls.map((c) => c.event.id)).size >= log.length - from, 'the shops\' events', 60_000);
        const twice = await heardAll(mine, secret, log, ops, from).finally(split);
        const owed = townLog.filter((e) => /^(delivery|package|stop)\./.test(e.type)).map((e) => e.id);
        await eventually(() => town.expect(200, 'POST', '/sandbox/webhooks/flush', {}), () => split() && (() => { const had = new Set(towns.calls.map((c) => c.event.id)); return owed.every((id) => had.has(id)); })(), 'the town\'s events', 60_000);
        for (const call of towns.calls) new Webhook(townSecret).verify(call.body, call.headers);

        const words = ['audit', 'verify', '--data', server.data, ...(db ? ['--db', db] : [])];
        const { stdout } = await promisify(execFile)(binary, words);
        assert.equal(stdout.split('\n').filter((l) => /intact/.test(l)).length, stdout.trim().split('\n').length, stdout);
        const lost = shops.reduce((all, shop) => all + shop.lost, 0);
        assert.ok(lost > 0, 'no request was in flight at any kill: the test tests nothing');
        t.diagnostic(`${deliveries.length} orders, ${lost} answers lost, ${log.length} + ${townLog.length} events, ${twice} told twice, day ${JSON.stringify(JSON.parse(out).run)}`);
      } finally {
        await server.stop();
        hook.close();
      }
    });
  });
}

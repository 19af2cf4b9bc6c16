// What an operator sees: logs without personal data, request ids and traces, metrics that Prometheus can read, settings, where an endpoint lives.
// Seen failing: a reader of the log that had caught up still shown as behind, and one that never lagged not shown; a trace looked for in the wrong event.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { binary, Server } from '../harness/server.mjs';
import { stores } from '../harness/postgres.mjs';

const run = promisify(execFile);
const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const { postgres, list } = await stores();
after(() => postgres.stop());

/** The text format, read strictly: every sample under its HELP and TYPE, histograms whole. Answers {name{labels}: value} and the kinds. */
function readMetrics(text) {
  const kinds = {}, samples = {};
  let family;
  for (const line of text.trimEnd().split('\n')) {
    const comment = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line);
    if (comment) {
      if (comment[1] === 'HELP') { assert.ok(!(comment[2] in kinds), `${comment[2]} comes twice`); family = comment[2]; }
      else { assert.equal(comment[2], family); kinds[family] = comment[3]; }
      continue;
    }
    const sample = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?:[a-zA-Z_]\w*="(?:[^"\\]|\\.)*",?)*\})? (\S+)$/.exec(line);
    assert.ok(sample, `no sample: ${line}`);
    const [, name, labels = '', value] = sample;
    assert.equal(kinds[family] === 'histogram' ? name.replace(/_(bucket|sum|count)$/, '') : name, family);
    if (kinds[family] === 'counter') assert.match(name, /_total$/);
    assert.ok(!Number.isNaN(Number(value.replace('+Inf', 'Infinity'))), line);
    samples[name + labels] = Number(value);
  }
  const last = {};
  for (const [series, value] of Object.entries(samples)) {
    const bucket = /^(\w+)_bucket\{(.*?),?le="([^"]+)"\}$/.exec(series);
    if (!bucket) continue;
    const key = bucket[1] + (bucket[2] ? `{${bucket[2]}}` : '');
    assert.ok(value >= (last[key] ?? 0), `${series} is less than the bucket before`);
    last[key] = value;
    if (bucket[3] === '+Inf') assert.equal(value, samples[bucket[1] + '_count' + (bucket[2] ? `{${bucket[2]}}` : '')], series);
  }
  return { kinds, samples };
}

for (const [name, db] of await list()) {
  describe(`observed on ${name}`, () => {
    let server, api;
    before(async () => { server = await Server.start({ db, args: ['--log-level', 'debug'] }); api = await server.client(); });
    after(() => server?.stop());
    const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
    const job = {
      packages: [{ weight: 1200 }], pickup: { address: { line1: 'Hub way 1', city: 'Neubrandenburg', location: { lat: 53.55, lon: 13.26 } } },
      dropoff: { address: { line1: 'Geheimgasse 77', city: 'Neubrandenburg', location: { lat: 53.56, lon: 13.27 } },
        recipient: { name: 'Zebulon Quixworth', phone: '+4939512345678', email: 'zebulon@quix.example' }, instructions: 'Zahlencode 4711 am Tor' },
    };
    /// The line that fits: the log is written behind the answers.
    async function line(fits) {
      for (;;) {
        const found = lines().find(fits);
        if (found) return found;
        await new Promise((more) => server.process.stderr.once('data', more));
      }
    }
    const lines = () => server.log.split('\n').slice(0, -1).filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));

    test('each request is one JSON line with its ids; personal data is in none of them', async () => {
      const made = await api.call('POST', '/deliveries', job, { 'x-request-id': 'mine-1', traceparent: `00-${trace}-00f067aa0ba902b7-01` });
      assert.equal(made.status, 201, JSON.stringify(made.body));
      assert.equal(made.headers.get('x-request-id'), 'mine-1');
      await api.get(`/deliveries/${made.body.id}`);
      await api.get('/deliveries?q=Quixworth');
      await api.get(`/public/track?tracking_number=${made.body.tracking_number}`);
      await api.post('/deliveries', { ...job, dropoff: { ...job.dropoff, recipient: { name: 'Zebulon Quixworth', phone: 'Quixworth' } } });
      await api.post('/deliveries', '{"Quixworth');
      const last = await api.call('GET', '/deliveries/Quixworth', undefined, { 'x-request-id': 'mine-last' });
      assert.equal(last.status, 404);
      await line((l) => l.request_id === 'mine-last');
      const found = await line((l) => l.request_id === 'mine-1');
      assert.deepEqual({ message: found.message, method: found.method, endpoint: found.endpoint, status: found.status, trace_id: found.trace_id, tenant: found.tenant },
        { message: 'request', method: 'POST', endpoint: '/v1/lastmile/deliveries', status: 201, trace_id: trace, tenant: 'acme' });
      for (const secret of ['Quixworth', 'Zebulon', '12345678', 'quix.example', 'Geheimgasse', '4711', made.body.tracking_number, api.key, '"127.0.0.1"'])
        assert.ok(!server.log.includes(secret), `the log tells ${secret}`);
    });

    test('a request id of our own where none, or no decent one, is given; a bad traceparent starts a new trace', async () => {
      const own = (await api.get('/hubs')).headers.get('x-request-id');
      assert.match(own, /^req_[0-9a-z]{26}$/);
      assert.match((await api.get('/hubs', { 'x-request-id': 'a b "c"' })).headers.get('x-request-id'), /^req_/);
      await api.get('/hubs', { 'x-request-id': 'bad-trace', traceparent: `00-${trace.toUpperCase()}-00f067aa0ba902b7-01` });
      const told = await line((l) => l.request_id === 'bad-trace');
      assert.match(told.trace_id, /^[0-9a-f]{32}$/);
      assert.notEqual(told.trace_id, trace);
    });

    test('the trace goes on to webhooks', async () => {
      const heard = await new Promise(async (done) => {
        const target = http.createServer((request, response) => {  // other requests' events come here as well
          response.end();
          if (!request.headers.traceparent?.includes(trace)) return;
          target.close();
          done(request.headers);
        }).listen(0, '127.0.0.1');
        await new Promise((ready) => target.once('listening', ready));
        await api.expect(201, 'POST', '/webhooks', { url: `http://127.0.0.1:${target.address().port}/`, events: ['*'] });
        await api.call('POST', '/deliveries', job, { traceparent: `00-${trace}-00f067aa0ba902b7-01` });
      });
      assert.match(heard.traceparent, new RegExp(`^00-${trace}-(?!00f067aa0ba902b7)[0-9a-f]{16}-01$`));
    });

    test('metrics', async () => {
      const scrape = async () => {
        const answer = await fetch(`${server.url}/metrics`);
        assert.equal(answer.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8');
        return readMetrics(await answer.text());
      };
      const waiting = ({ samples }) => samples['lastmile_store_waiting{kind="command"}'] + samples['lastmile_store_waiting{kind="read"}'];
      let told = await scrape();
      for (let tries = 0; waiting(told) !== 0; told = await scrape()) assert.ok(++tries < 500, 'something waits for the store for ever');  // the server works by itself, too
      const { kinds, samples } = told;
      assert.ok(samples['lastmile_http_requests_total{endpoint="POST /v1/lastmile/deliveries",status="2xx"}'] >= 1);
      assert.ok(samples['lastmile_http_requests_total{endpoint="POST /v1/lastmile/deliveries",status="4xx"}'] >= 2);
      assert.ok(samples['lastmile_http_request_seconds_count{endpoint="POST /v1/lastmile/deliveries"}'] >= 3);
      assert.ok(samples['lastmile_store_commands_total{outcome="committed"}'] >= 1);
      assert.ok(samples['lastmile_store_transaction_seconds_count'] >= 1);
      if (db) assert.ok(samples.lastmile_log_stamp_seconds_count >= 1);
      else assert.ok(samples.lastmile_store_group_commands_count >= 1);
      assert.ok(samples.process_resident_memory_bytes > 1e6);
      assert.equal(kinds.lastmile_http_connections, 'gauge');
      assert.equal(kinds.lastmile_http_sent_bytes_total, 'counter');
      assert.ok(Object.keys(samples).some((series) => series.startsWith('lastmile_log_reader_behind{')));
    });
  });
}

describe('the command line', () => {
  let folder;
  before(async () => { folder = await mkdtemp(path.join(tmpdir(), 'lastmile-config-')); });
  after(() => rm(folder, { recursive: true, force: true }));

  test('config says what is in force, whence, and no secret', async () => {
    const file = path.join(folder, 'lastmile.toml');
    await writeFile(file, 'db = "postgresql://u:hunter2@h/d"\n[http]\nthreads = 3\n');
    const { stdout } = await run(binary, ['config', '--config', file, '--log-level', 'warn'], { env: { ...process.env, LASTMILE_MASTER_KEY: 'hunter3', LASTMILE_DRAIN_S: '5' } });
    assert.ok(!/hunter/.test(stdout), stdout);
    assert.match(stdout, /^db = \*+  # .*lastmile\.toml$/m);
    assert.match(stdout, /^master_key = \*+  # LASTMILE_MASTER_KEY$/m);
    assert.match(stdout, /^http\.threads = 3  # .*lastmile\.toml$/m);
    assert.match(stdout, /^drain_s = 5  # LASTMILE_DRAIN_S$/m);
    assert.match(stdout, /^log\.level = warn  # flag$/m);
  });

  test('unknown settings are refused by name, wherever they stand', async () => {
    const file = path.join(folder, 'wrong.toml');
    await writeFile(file, '[http]\nthraeds = 3\n');
    await assert.rejects(run(binary, ['config', '--config', file]), /http\.thraeds/);
    await assert.rejects(run(binary, ['config'], { env: { ...process.env, LASTMILE_LISTN: 'x' } }), /LASTMILE_LISTN/);
    await assert.rejects(run(binary, ['serve', '--listn', 'x']), /--listn/);
  });

  test('where names the line that serves a path, by template and by example', async () => {
    for (const asked of ['/v1/lastmile/deliveries/{deliveryId}/cancel', '/v1/lastmile/deliveries/dlv_01m878v1kkfaxr5cnh5emdaky2/cancel']) {
      const { stdout } = await run(binary, ['where', 'POST', asked]);
      const [, file, line] = /^(features\/\S+\.cpp):(\d+)  POST /.exec(stdout);
      const source = (await readFile(path.join(root, file), 'utf8')).split('\n');
      assert.match(source.slice(Number(line) - 1, Number(line) + 1).join('\n'), /POST \/v1\/lastmile\/deliveries\/\{deliveryId\}\/cancel/);
    }
    await assert.rejects(run(binary, ['where', 'POST', '/v1/lastmile/nothing']), /no endpoint serves/);
  });
});

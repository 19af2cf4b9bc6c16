// Deliveries in bulk: lines uploaded or fetched, each for itself; what became of every line; cancelled, crashed, and never doubled.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { after, before, describe, test } from 'node:test';
import S3rver from 's3rver';
import { Server, until } from '../harness/server.mjs';
import { stores } from '../harness/postgres.mjs';
import { Wire } from '../harness/wire.mjs';

const { postgres, list } = await stores();
after(() => postgres.stop());
const lines = process.env.LASTMILE_FULL ? 100_000 : 3_000;
const ndjson = { 'content-type': 'application/x-ndjson' };

for (const [name, db] of await list()) {
  describe(`bulk on ${name}`, () => {
    let server, ops, hub, folder, s3, files, fileUrl;
    const served = new Map();

    before(async () => {
      folder = await mkdtemp(path.join(tmpdir(), 'lastmile-s3-'));
      s3 = new S3rver({ port: 0, address: '127.0.0.1', silent: true, directory: folder, configureBuckets: [{ name: 'acme-imports' }, { name: 'private' }] });
      const { port } = await s3.run();
      files = createServer((request, answer) => {
        const found = served.get(request.url);
        if (request.url === '/moved') return answer.writeHead(302, { location: '/two' }).end();
        if (request.url === '/inside') return answer.writeHead(302, { location: 'http://169.254.169.254/latest' }).end();
        answer.writeHead(found === undefined ? 404 : 200).end(found);
      });
      await new Promise((done) => files.listen(0, '127.0.0.1', done));
      fileUrl = `http://127.0.0.1:${files.address().port}`;
      server = await Server.start({ db, args: ['--s3-endpoint', `http://127.0.0.1:${port}`, '--s3-access-key-id', 'S3RVER', '--s3-secret-access-key', 'S3RVER', '--s3-import-buckets', 'acme=acme-imports', '--s3-allow-private-networks', '127.0.0.0/8'] });
      ops = await server.client();
      hub = await ops.expect(201, 'POST', '/hubs', { name: 'Hub', address: { line1: 'Am Hafen 1', location: { lat: 53.55, lon: 13.26 } } });
      served.set('/two', `${line(1)}\n${line(2)}\n`);
    });
    after(async () => {
      await server?.stop();
      await s3?.close();
      files?.close();
      await rm(folder, { recursive: true, force: true });
    });

    const line = (n, more = {}) => JSON.stringify({ source: name, source_id: `${more.batch ?? 'x'}-${n}`, packages: [{ weight: 500 + n }], pickup: { hub_id: hub.id }, dropoff: { address: { line1: `Weg ${n}`, location: { lat: 53.55 + (n % 100) / 1000, lon: 13.26 } } }, ...more.fields });
    const bulk = (body, headers = {}) => ops.call('POST', '/deliveries/bulk', body, { ...ndjson, ...headers });
    const from = (source_url) => ops.call('POST', '/deliveries/bulk', { source_url });
    const job = (id) => ops.expect(200, 'GET', `/jobs/${id}`);
    async function ended(id, api = ops) {
      let seen;
      const over = await until(async () => ['done', 'failed', 'cancelled'].includes((seen = await api.expect(200, 'GET', `/jobs/${id}`)).status), 20_000);
      assert.ok(over, `the job is ${JSON.stringify(seen)}`);
      return seen;
    }
    /** Every line of the outcome, following the links. */
    async function outcome(id, query = '') {
      const all = [];
      let target = `/v1/lastmile/jobs/${id}/outcome${query}`;
      while (target) {
        const answer = await fetch(server.url + target, { headers: { authorization: `Bearer ${ops.key}` } });
        assert.equal(answer.status, 200);
        assert.equal(answer.headers.get('content-type'), 'application/x-ndjson');
        all.push(...(await answer.text()).split('\n').filter(Boolean).map((one) => JSON.parse(one)));
        target = /<([^>]+)>; rel="next"/.exec(answer.headers.get('link') ?? '')?.[1];
      }
      return all;
    }

    // Broken on purpose: without Options::admit the first answer is 100 and the second comes when the body has.
    test('who may not is refused before his body is read', async () => {
      const viewer = await server.client({ role: 'viewer' });
      for (const [credentials, status] of [[[], 401], [['Authorization: Bearer lm_live_x'], 401], [[`Authorization: Bearer ${viewer.key}`], 403]]) {
        const head = ['POST /v1/lastmile/deliveries/bulk HTTP/1.1', 'Host: x', ...credentials, 'Content-Type: application/x-ndjson', 'Content-Length: 1000000000'];
        const polite = await Wire.open(server.url);
        const refused = await polite.send(...head, 'Expect: 100-continue', '', '').answer();
        assert.equal(refused.status, status, 'and not 100');
        assert.equal(JSON.parse(refused.body).status, status);
        polite.close();
        const rude = await Wire.open(server.url);
        assert.equal((await rude.send(...head, '', 'x'.repeat(100_000)).answer()).status, status);
        rude.close();
      }
    });

    test('who may is told to go on', async () => {
      const wire = await Wire.open(server.url);
      const body = `${line(1, { batch: 'asked' })}\n`;
      wire.send('POST /v1/lastmile/deliveries/bulk HTTP/1.1', 'Host: x', `Authorization: Bearer ${ops.key}`, 'Content-Type: application/x-ndjson', `Content-Length: ${Buffer.byteLength(body)}`, 'Expect: 100-continue', '', '');
      assert.equal((await wire.answer()).status, 100);
      const accepted = await wire.send(body).answer();
      assert.equal(accepted.status, 202, accepted.body);
      assert.equal((await ended(JSON.parse(accepted.body).job_id)).result.created, 1);
      wire.close();
    });

    test('each line for itself, with its number, pointer and reason', async () => {
      const body = `\ufeff${line(1)}\r\n\n{"packages":[]}\nnot json\n${line(5, { fields: { pickup: { hub_id: 'hub_00000000000000000000000001' } } })}\n${line(6)}\n${line(7, { fields: { service_level: 'slow', colour: 1 } })}\n${`"${'x'.repeat(300_000)}"`}\n${line(9)}`;
      const accepted = await bulk(body);
      assert.equal(accepted.status, 202, JSON.stringify(accepted.body));
      assert.equal(accepted.headers.get('location'), accepted.body.links.self);
      const done = await ended(accepted.body.job_id);
      assert.deepEqual([done.status, done.progress.done, done.progress.total, done.progress.failed], ['done', 9, 9, 5]);
      assert.deepEqual(done.result, { lines: 9, created: 3, failed: 5 });
      const by = (n) => done.errors.filter((e) => e.line === n).map((e) => `${e.pointer} ${e.code}`);
      assert.ok(by(3).includes('#/packages too_few_items') && by(3).includes('#/pickup required'), by(3).join());
      assert.deepEqual(by(4), ['# malformed_request']);
      assert.deepEqual(by(5), ['#/pickup/hub_id unknown']);
      assert.ok(by(7).includes('#/service_level not_one_of') && by(7).includes('#/colour unknown_field'), by(7).join());
      assert.deepEqual(by(8), ['# line_too_long']);
      const all = await outcome(accepted.body.job_id, '?limit=2');
      assert.deepEqual(all.map((o) => [o.line, o.status]), [[1, 'created'], [3, 'failed'], [4, 'failed'], [5, 'failed'], [6, 'created'], [7, 'failed'], [8, 'failed'], [9, 'created']]);
      const made = await ops.expect(200, 'GET', `/deliveries/${all[4].delivery_id}`);
      assert.equal(made.source_id, 'x-6');
      const told = (await ops.expect(200, 'GET', `/events?delivery_id=${made.id}`)).data.find((e) => e.type === 'delivery.created');
      assert.equal(told.actor.kind, 'key', 'in the name of who asked');
    });

    test('what is no import is said so', async () => {
      const empty = await bulk('');
      assert.deepEqual([empty.status, empty.body.errors[0].code], [422, 'required']);
      assert.equal((await ops.call('POST', '/deliveries/bulk', 'a,b', { 'content-type': 'text/csv' })).status, 415);
      assert.equal((await ops.call('POST', '/deliveries/bulk', line(1), { 'content-type': 'application/json' })).status, 422);
      for (const [url, code] of [['ftp://example.org/a', 'invalid_format'], ['s3://private/a', 'not_allowed'], ['s3://acme-imports', 'invalid_format']]) {
        const refused = await from(url);
        assert.deepEqual([refused.status, refused.body.errors[0].pointer, refused.body.errors[0].code], [422, '#/source_url', code]);
      }
      await ops.expect(200, 'PATCH', '/policies', { limits: { import_lines: 2 } });
      const many = await bulk(`${line(1)}\n${line(2)}\n${line(3)}\n`);
      assert.deepEqual([many.status, many.body.errors[0].code], [422, 'too_many_lines']);
      const fetched = await ended((await from(`${fileUrl}/two`)).body.job_id);
      assert.equal(fetched.status, 'done');
      served.set('/three', `${line(1)}\n${line(2)}\n${line(3)}\n`);
      const late = await ended((await from(`${fileUrl}/three`)).body.job_id);
      assert.deepEqual([late.status, late.result.code], ['failed', 'invalid_request']);
      await ops.expect(200, 'PATCH', '/policies', { limits: { import_lines: null } });
      const other = await (await server.client({ tenant: 'other' })).get(`/jobs/${fetched.job_id}/outcome`);
      assert.equal(other.status, 404);
    });

    test('the same key is the same job', async () => {
      const body = `${line(1, { batch: 'key' })}\n`;
      const first = await bulk(body, { 'idempotency-key': 'bulk-1' }), again = await bulk(body, { 'idempotency-key': 'bulk-1' });
      assert.deepEqual([again.status, again.body.job_id, again.headers.get('idempotent-replayed')], [202, first.body.job_id, 'true']);
      assert.equal((await bulk(`${line(2)}\n`, { 'idempotency-key': 'bulk-1' })).status, 422);
      await ended(first.body.job_id);
      assert.equal((await ops.expect(200, 'GET', '/deliveries?source_id=key-1')).data.length, 1);
    });

    test('from a URL, by redirect, and not from inside', async () => {
      for (const where of ['/two', '/moved']) assert.deepEqual((await ended((await from(fileUrl + where)).body.job_id)).result.created, 2);
      const absent = await ended((await from(`${fileUrl}/nothing`)).body.job_id);
      assert.deepEqual([absent.status, absent.result.code], ['failed', 'source_unreachable']);
      assert.match(absent.result.detail, /404/);
      const inside = await ended((await from(`${fileUrl}/inside`)).body.job_id);
      assert.match(inside.result.detail, /blocked_address/);
      const closed = await ended((await from('http://10.0.0.1/a')).body.job_id);
      assert.match(closed.result.detail, /blocked_address/);
    });

    test('from a bucket, signed', async () => {
      const put = await putObject(s3, 'acme-imports', 'day/one two.ndjson', `${line(1, { batch: 's3' })}\n${line(2, { batch: 's3' })}\n`);
      assert.equal(put, 200);
      const done = await ended((await from('s3://acme-imports/day/one two.ndjson')).body.job_id);
      assert.deepEqual([done.status, done.result?.created], ['done', 2], JSON.stringify(done));
      const absent = await ended((await from('s3://acme-imports/none')).body.job_id);
      assert.match(absent.result.detail, /404/);
    });

    test(`${lines} lines: in constant memory, killed on the way, nothing twice and nothing lost`, { timeout: 1_800_000 }, async () => {
      /** The most that the process has ever had, in MiB. */
      const peak = async () => Number(/VmHWM:\s+(\d+)/.exec(await readFile(`/proc/${server.process.pid}/status`, 'utf8'))[1]) / 1024;
      const before_ = await peak();
      function* all() { for (let n = 1; n <= lines; n += 1) yield `${line(n, { batch: 'big' })}\n`; }
      const began = Date.now();
      const answer = await fetch(`${server.url}/v1/lastmile/deliveries/bulk`, { method: 'POST', headers: { ...ndjson, authorization: `Bearer ${ops.key}` }, body: Readable.toWeb(Readable.from(all())), duplex: 'half' });
      const accepted = await answer.json();
      assert.equal(answer.status, 202, JSON.stringify(accepted));
      const uploaded = Date.now();
      assert.ok(await until(async () => (await job(accepted.job_id)).progress.done >= lines / 4, 100_000));
      const uploading = await peak();
      await server.restart();
      assert.ok(await until(async () => (await job(accepted.job_id)).status === 'done', 1_000_000));
      const done = await job(accepted.job_id);
      assert.deepEqual([done.progress.done, done.progress.total, done.progress.failed, done.result.created], [lines, lines, 0, lines]);
      const most = Math.max(uploading, await peak());
      const made = await outcome(accepted.job_id);
      assert.equal(made.length, lines);
      assert.equal(new Set(made.map((o) => o.delivery_id)).size, lines);
      for (const n of [1, lines / 2, lines]) assert.equal((await ops.expect(200, 'GET', `/deliveries?source_id=big-${n}`)).data.length, 1);
      console.log(`${name}: ${lines} lines uploaded in ${uploaded - began} ms, done after ${Date.now() - began} ms (with a kill), peak memory ${before_.toFixed(0)} MiB before, ${most.toFixed(0)} MiB at most`);
      assert.ok(most < before_ + 150, `${most} MiB`);
    });

    test('cancelled: what was done stays, the rest does not come', async () => {
      const body = Array.from({ length: 4000 }, (_, n) => line(n + 1, { batch: 'stop' })).join('\n');
      const accepted = await bulk(body);
      assert.ok(await until(async () => (await job(accepted.body.job_id)).progress.done > 0, 20_000));
      await ops.expect(200, 'POST', `/jobs/${accepted.body.job_id}/cancel`);
      const over = await ended(accepted.body.job_id);
      assert.equal(over.status, 'cancelled');
      assert.ok(over.progress.done < 4000);
      assert.equal((await outcome(accepted.body.job_id)).length, over.progress.done);
      assert.equal((await ops.expect(200, 'GET', '/deliveries?source_id=stop-4000')).data.length, 0);
    });
  });
}

/** s3rver takes what is signed as its own credentials are; a presigned PUT is the simplest client there is. */
async function putObject(store, bucket, key, body) {
  const { createHmac, createHash } = await import('node:crypto');
  const host = `127.0.0.1:${store.httpServer.address().port}`;
  const stamp = new Date().toISOString().replace(/[-:]|\.\d{3}/g, ''), day = stamp.slice(0, 8);
  const escape = (text) => encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  const target = `/${bucket}/${key.split('/').map(escape).join('/')}`;
  const scope = `${day}/us-east-1/s3/aws4_request`;
  const query = Object.entries({ 'X-Amz-Algorithm': 'AWS4-HMAC-SHA256', 'X-Amz-Credential': `S3RVER/${scope}`, 'X-Amz-Date': stamp, 'X-Amz-Expires': '300', 'X-Amz-SignedHeaders': 'host' })
    .map(([k, v]) => `${k}=${escape(v)}`).join('&');
  const canonical = ['PUT', target, query, `host:${host}`, '', 'host', 'UNSIGNED-PAYLOAD'].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', stamp, scope, createHash('sha256').update(canonical).digest('hex')].join('\n');
  const secret = [day, 'us-east-1', 's3', 'aws4_request'].reduce((k, part) => createHmac('sha256', k).update(part).digest(), 'AWS4S3RVER');
  const signature = createHmac('sha256', secret).update(toSign).digest('hex');
  return (await fetch(`http://${host}${target}?${query}&X-Amz-Signature=${signature}`, { method: 'PUT', body })).status;
}

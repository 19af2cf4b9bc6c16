// HTTP/1.1 as clients really speak it, byte by byte. Seen failing: probes that answered POST with 200.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { Server } from '../harness/server.mjs';
import { Wire } from '../harness/wire.mjs';

describe('HTTP/1.1 on the wire', () => {
  let server, key;
  before(async () => {
    server = await Server.start({ env: { LASTMILE_HTTP_HEADER_TIMEOUT_S: '1', LASTMILE_HTTP_BODY_TIMEOUT_S: '1', LASTMILE_HTTP_CORS_ORIGINS: 'https://app.example' } });
    key = await server.key();
  });
  after(() => server.stop());

  const head = (line, ...more) => [`${line} HTTP/1.1`, 'Host: localhost', `Authorization: Bearer ${key}`, ...more, '', ''];
  const hub = JSON.stringify({ name: 'Hub', address: { location: { lat: 53.55, lon: 13.26 } } });
  const put = (bytes, ...more) => head('POST /v1/lastmile/hubs', 'Content-Type: application/json', ...more);

  test('one connection carries many requests, also sent before the first is answered', async () => {
    const wire = await Wire.open(server.url);
    wire.send(...head('GET /v1/lastmile/hubs'));
    assert.equal((await wire.answer()).status, 200);
    const paths = ['/livez', '/v1/lastmile/hubs', '/v1/lastmile/nothing', '/v1/lastmile/drivers', '/readyz'];
    wire.send(paths.map((path) => head(`GET ${path}`).join('\r\n')).join(''));
    const statuses = [];
    for (const _ of paths) statuses.push((await wire.answer()).status);
    assert.deepEqual(statuses, [200, 200, 404, 200, 200]);  // in order, whatever each took
    wire.close();
  });

  test('Connection: close is obeyed, and HTTP/1.0 closes by itself', async () => {
    for (const line of [['GET /livez HTTP/1.1', 'Host: x', 'Connection: close', '', ''], ['GET /livez HTTP/1.0', '', '']]) {
      const wire = await Wire.open(server.url);
      wire.send(...line);
      assert.equal((await wire.answer()).headers.connection, 'close');
      await wire.ended;
    }
  });

  test('a body may come in chunks, with extensions and trailers', async () => {
    const wire = await Wire.open(server.url);
    wire.send(...put('', 'Transfer-Encoding: chunked'));
    for (let at = 0; at < hub.length; at += 7) wire.send(hub.slice(at, at + 7).length.toString(16) + ';x=1', hub.slice(at, at + 7), '');
    wire.send('0', 'X-Trailer: y', '', '');
    assert.equal((await wire.answer()).status, 201);
    wire.close();
  });

  test('HEAD is GET without the body, with its length and tag', async () => {
    const wire = await Wire.open(server.url);
    wire.send(...put('', `Content-Length: ${hub.length}`)).send(hub);
    const { location } = (await wire.answer()).headers;
    wire.send(...head(`GET ${location}`));
    const got = await wire.answer();
    wire.send(...head(`HEAD ${location}`));
    const told = await wire.answer({ head: true });
    assert.equal(told.status, 200);
    for (const name of ['content-length', 'etag', 'content-type']) assert.equal(told.headers[name], got.headers[name], name);
    wire.send(...head('GET /livez'));
    assert.equal((await wire.answer()).body, 'alive\n');  // nothing of a body stood in between
    wire.close();
  });

  test('OPTIONS tells the methods; origins that are named may call, others hear nothing of it', async () => {
    const ask = (origin) => fetch(`${server.url}/v1/lastmile/hubs`, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' } });
    const own = await ask('https://app.example');
    assert.equal(own.status, 204);
    assert.equal(own.headers.get('allow'), 'GET, HEAD, POST, OPTIONS');
    assert.equal(own.headers.get('access-control-allow-origin'), 'https://app.example');
    assert.match(own.headers.get('access-control-allow-headers'), /Idempotency-Key/);
    assert.equal((await ask('https://evil.example')).headers.get('access-control-allow-origin'), null);
    const read = await fetch(`${server.url}/v1/lastmile/hubs`, { headers: { origin: 'https://app.example', authorization: `Bearer ${key}` } });
    assert.equal(read.headers.get('access-control-allow-origin'), 'https://app.example');
    assert.match(read.headers.get('access-control-expose-headers'), /ETag/);
  });

  test('what machines ask takes GET and HEAD only', async () => {
    for (const path of ['/livez', '/readyz', '/metrics', '/openapi.json', '/docs']) {
      const told = await fetch(server.url + path, { method: 'POST' });
      assert.equal(told.status, 405, path);
      assert.equal(told.headers.get('allow'), 'GET, HEAD', path);
    }
  });

  test('Expect: 100-continue is answered before the body, or refused without it', async () => {
    const wire = await Wire.open(server.url);
    wire.send(...put('', `Content-Length: ${hub.length}`, 'Expect: 100-continue'));
    assert.equal((await wire.answer()).status, 100);
    wire.send(hub);
    assert.equal((await wire.answer()).status, 201);
    wire.send(...put('', 'Content-Length: 99999999', 'Expect: 100-continue'));
    assert.equal((await wire.answer()).status, 413);
    wire.close();
    const odd = await Wire.open(server.url);
    odd.send(...put('', 'Content-Length: 2', 'Expect: miracles'));
    assert.equal((await odd.answer()).status, 417);
    odd.close();
  });

  test('gzip and brotli both ways', async () => {
    for (const [coding, pack, unpack] of [['gzip', gzipSync, gunzipSync], ['br', brotliCompressSync, brotliDecompressSync]]) {
      const packed = pack(Buffer.from(hub));
      const wire = await Wire.open(server.url);
      wire.send(...put('', `Content-Length: ${packed.length}`, `Content-Encoding: ${coding}`));
      wire.socket.write(packed);
      assert.equal((await wire.answer()).status, 201, coding);
      wire.send(...head('GET /v1/lastmile/hubs?limit=100', `Accept-Encoding: ${coding}`));
      const told = await wire.answer();
      assert.equal(told.headers['content-encoding'], coding);
      assert.match(told.headers.vary, /Accept-Encoding/i);
      assert.ok(JSON.parse(unpack(told.raw)).data.length > 0);
      // Small answers are not worth it.
      wire.send(...head('GET /livez', `Accept-Encoding: ${coding}`));
      assert.equal((await wire.answer()).headers['content-encoding'], undefined);
      wire.close();
    }
    const wire = await Wire.open(server.url);
    wire.send(...put('', 'Content-Length: 4', 'Content-Encoding: zstd')).send('abcd');
    assert.equal((await wire.answer()).status, 415);
    wire.close();
  });

  test('a body that unpacks to more than the limit is refused', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024));
    const wire = await Wire.open(server.url);
    wire.send(...put('', `Content-Length: ${bomb.length}`, 'Content-Encoding: gzip'));
    wire.socket.write(bomb);
    assert.equal((await wire.answer()).status, 413);
    wire.close();
  });

  test('a head or a body that trickles in is cut with 408; too much head is 431', async () => {
    const slow = await Wire.open(server.url);
    slow.send('GET /livez HTTP/1.1', 'Host: x', 'X-Slow: ');
    assert.equal((await slow.answer()).status, 408);
    await slow.ended;
    const half = await Wire.open(server.url);
    half.send(...put('', 'Content-Length: 1000')).send('{"name":');
    assert.equal((await half.answer()).status, 408);
    await half.ended;
    const large = await Wire.open(server.url);
    large.send('GET /livez HTTP/1.1', 'Host: x', `X-Large: ${'x'.repeat(20_000)}`, '', '');
    const told = await large.answer();
    assert.equal(told.status, 431);
    assert.equal(told.headers['content-type'], 'application/problem+json');
    await large.ended;
  });
});

test('one connection too many is told so', async () => {
  const server = await Server.start({ args: ['--http-max-connections', '3'] });
  const wires = [];
  for (let i = 0; i < 3; ++i) {
    wires.push(await Wire.open(server.url));
    wires[i].send('GET /livez HTTP/1.1', 'Host: x', '', '');
    assert.equal((await wires[i].answer()).status, 200);
  }
  const over = await Wire.open(server.url);
  assert.equal((await over.answer()).status, 503);
  await over.ended;
  wires[0].close();
  await wires[0].ended;
  for (const wire of wires) wire.close();
  assert.equal(await server.stop(), 0);
});

test('SIGTERM lets a running request finish, closes idle connections and streams, and ends with 0', async () => {
  const server = await Server.start();
  const key = await server.key();
  const idle = await Wire.open(server.url);
  idle.send('GET /livez HTTP/1.1', 'Host: x', '', '');
  await idle.answer();
  const stream = await fetch(`${server.url}/v1/lastmile/streams/ops?topics=deliveries`, { headers: { authorization: `Bearer ${key}` } });
  assert.equal(stream.status, 200);
  const body = JSON.stringify({ name: 'Hub', address: { location: { lat: 53.55, lon: 13.26 } } });
  const late = await Wire.open(server.url);
  late.send('POST /v1/lastmile/hubs HTTP/1.1', 'Host: x', `Authorization: Bearer ${key}`, 'Content-Type: application/json', `Content-Length: ${body.length}`, 'Expect: 100-continue', '', '');
  assert.equal((await late.answer()).status, 100);  // it is surely being served now
  server.process.kill('SIGTERM');
  await idle.ended;
  late.send(body);
  assert.equal((await late.answer()).status, 201);
  await late.ended;
  await stream.text();  // ends rather than being torn
  assert.equal((await server.exited).code, 0);
});

// The pages out of the binary itself: embedded, compressed, under its own policy.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { binary, Server } from '../harness/server.mjs';
import { launch, openPage } from './browser.mjs';

describe('pages in the binary', { skip: existsSync(binary) ? false : 'the binary is not built' }, () => {
  let browser, server;
  before(async () => { browser = await launch(); server = await Server.start(); });
  after(async () => { await browser?.close(); await server?.stop(); });

  test('every page starts without a fault and keeps to its own origin', async (t) => {
    if ((await fetch(`${server.url}/console`)).status === 503) return t.skip('built without web/dist');
    for (const [path, sign] of [['/', 'Sign in'], ['/console/deliveries/dlv_1', 'Sign in'], ['/docs', 'API reference'], ['/track', 'Where is my delivery?']]) {
      const page = await openPage(browser, server.url);
      await page.goto(server.url + path);
      await page.getByText(sign).first().waitFor();
      assert.deepEqual(page.faults, [], path);
      await page.context().close();
    }
  });

  test('files are compressed, known by their tags, and kept for good when their name says what they hold', async (t) => {
    const html = await fetch(`${server.url}/console`, { headers: { 'Accept-Encoding': 'br' } });
    if (html.status === 503) return t.skip('built without web/dist');
    assert.equal(html.headers.get('content-encoding'), 'br');
    const policy = html.headers.get('content-security-policy');
    assert.ok(policy.includes("default-src 'none'") && !policy.includes('unsafe'));
    const again = await fetch(`${server.url}/console`, { headers: { 'Accept-Encoding': 'br', 'If-None-Match': html.headers.get('etag') } });
    assert.equal(again.status, 304);
    const script = /src="(\/assets\/console-[^"]+\.js)"/.exec(await html.text())[1];
    const plain = await fetch(server.url + script, { headers: { 'Accept-Encoding': 'identity' } });
    const packed = await fetch(server.url + script, { headers: { 'Accept-Encoding': 'gzip' } });
    assert.match(plain.headers.get('cache-control'), /immutable/);
    assert.equal(packed.headers.get('content-encoding'), 'gzip');
    assert.equal(await packed.text(), await plain.text());
  });

  // A page is weighed as a browser would: all scripts and styles that its first view loads, except the map library.
  test('the console loads under 300 KB besides the map', async (t) => {
    const html = await (await fetch(`${server.url}/console`)).text();
    const files = [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map((m) => m[1]).filter((f) => !f.includes('maplibre'));
    if (files.length === 0) return t.skip('built without web/dist');
    let bytes = 0;
    for (const file of files) bytes += Number((await fetch(server.url + file, { method: 'HEAD', headers: { 'Accept-Encoding': 'gzip' } })).headers.get('content-length'));
    t.diagnostic(`${files.length} files, ${bytes} bytes`);
    assert.ok(bytes > 20_000 && bytes < 300_000, `${bytes} bytes`);
  });
});

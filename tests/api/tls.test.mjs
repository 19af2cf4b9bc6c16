// TLS by option: judged by node's and openssl's clients; the certificate is exchanged on SIGHUP without a restart.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import tls from 'node:tls';
import { Server } from '../harness/server.mjs';
import { Wire } from '../harness/wire.mjs';

const run = promisify(execFile);

describe('TLS', () => {
  let folder, server;
  const certify = (name) => run('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', `/CN=${name}`,
    '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', path.join(folder, 'key.pem'), '-out', path.join(folder, 'certificate.pem')]);
  const hello = (options = {}) => new Promise((done, fail) => {
    const socket = tls.connect({ host: '127.0.0.1', port: new URL(server.url).port, rejectUnauthorized: false, ...options }, () => {
      done({ protocol: socket.getProtocol(), name: socket.getPeerCertificate().subject.CN });
      socket.destroy();
    });
    socket.on('error', fail);
  });

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'lastmile-tls-'));
    await certify('first');
    server = await Server.start({ args: ['--tls-certificate', path.join(folder, 'certificate.pem'), '--tls-key', path.join(folder, 'key.pem')] });
  });
  after(async () => {
    await server?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test('serves https and says so', async () => {
    assert.match(server.url, /^https:/);
    assert.equal(await server.listenFile(), server.url);
    const wire = await Wire.open(server.url);
    wire.send('GET /livez HTTP/1.1', 'Host: x', '', '');
    assert.equal((await wire.answer()).status, 200);
    wire.close();
  });

  test('TLS 1.3 and 1.2, nothing older', async () => {
    assert.equal((await hello()).protocol, 'TLSv1.3');
    assert.equal((await hello({ maxVersion: 'TLSv1.2' })).protocol, 'TLSv1.2');
    await assert.rejects(hello({ minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' }));
  });

  test('plain HTTP on the TLS port gets no answer', async () => {
    const wire = await Wire.open(server.url.replace('https', 'http'));
    wire.send('GET /livez HTTP/1.1', 'Host: x', '', '');
    assert.equal(await wire.answer(), null);
  });

  test('SIGHUP brings a new certificate; a bad one leaves the old in place', async () => {
    await certify('second');
    server.process.kill('SIGHUP');
    for (let tries = 0; (await hello()).name !== 'second'; ++tries) assert.ok(tries < 200, 'the new certificate was not taken');
    await run('cp', ['/dev/null', path.join(folder, 'certificate.pem')]);
    const refused = new Promise((done) => server.process.stderr.on('data', (chunk) => /the old one stays/.test(chunk) && done()));
    server.process.kill('SIGHUP');
    await refused;
    assert.equal((await hello()).name, 'second');
  });
});

test('a certificate that cannot be read is one clear sentence', async () => {
  await assert.rejects(Server.start({ args: ['--tls-certificate', '/nowhere.pem', '--tls-key', '/nowhere.pem'] }), /nowhere\.pem|certificate/);
});

// The API's contract as it is checked in, as the binary tells it, and as a server gives it.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Server, binary } from '../harness/server.mjs';

const run = promisify(execFile);
const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const reference = path.join(root, 'docs/reference');
const big = { maxBuffer: 64 * 1024 * 1024 };

test('docs/reference is what the binary writes', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'lastmile-reference-'));
  await run(binary, ['reference', '--output', folder]);
  for (const name of ['openapi.json', 'endpoints.md', 'errors.md', 'lifecycle.md', 'events.md', 'events.schema.json']) {
    const [there, here] = await Promise.all([folder, reference].map((place) => readFile(path.join(place, name), 'utf8')));
    if (there === here) continue;
    const [new_lines, old_lines] = [there.split('\n'), here.split('\n')];
    const at = new_lines.findIndex((line, i) => line !== old_lines[i]);
    assert.fail(`docs/reference/${name} is out of date: run tools/generate_reference and review the difference.\n`
      + `line ${at + 1} is:     ${old_lines[at]}\nthe binary says: ${new_lines[at]}`);
  }
  await rm(folder, { recursive: true });
});

test('a server gives the document of its binary, and 304 to who has it', async () => {
  const server = await Server.start();
  const answer = await fetch(`${server.url}/openapi.json`);
  assert.equal(answer.status, 200);
  assert.match(answer.headers.get('content-type'), /^application\/json/);
  const { stdout } = await run(binary, ['openapi'], big);
  assert.deepEqual(await answer.json(), JSON.parse(stdout));
  const again = await fetch(`${server.url}/openapi.json`, { headers: { 'if-none-match': answer.headers.get('etag') } });
  assert.equal(again.status, 304);
  assert.equal((await fetch(`${server.url}/openapi.json`, { method: 'POST' })).status, 405);
  await server.stop();
});

test('every reference inside the document leads somewhere, and every operation has a name of its own', async () => {
  const document = JSON.parse(await readFile(path.join(reference, 'openapi.json'), 'utf8'));
  const names = new Set();
  for (const [where, item] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(item)) {
      assert.ok(!names.has(operation.operationId), `${operation.operationId} stands twice`);
      names.add(operation.operationId);
      assert.ok(operation.summary, `${method} ${where} has no summary`);
      for (const [, parameter] of where.matchAll(/\{(\w+)\}/g))
        assert.ok(operation.parameters.some((one) => one.in === 'path' && one.name === parameter), `${method} ${where} does not describe ${parameter}`);
    }
  }
  const look = (value) => {
    if (!value || typeof value !== 'object') return;
    if (typeof value.$ref === 'string') {
      const found = value.$ref.slice(2).split('/').reduce((at, step) => at?.[step.replaceAll('~1', '/').replaceAll('~0', '~')], document);
      assert.ok(found, `${value.$ref} leads nowhere`);
    }
    Object.values(value).forEach(look);
  };
  look(document);
});

test('`where` prints the file and line of an endpoint, and one sentence when there is none', async () => {
  const { stdout } = await run(binary, ['where', 'GET', '/v1/lastmile/drivers/drv_1']);
  const [, file, line] = /^(\S+):(\d+) {2}GET \/v1\/lastmile\/drivers\/\{driverId\}\n$/.exec(stdout);
  const source = (await readFile(path.join(root, file), 'utf8')).split('\n');
  assert.match(source.slice(Number(line) - 1, Number(line) + 3).join('\n'), /GET \/v1\/lastmile\/drivers\/\{driverId\}/);
  await assert.rejects(run(binary, ['where', 'GET', '/v1/nothing']), (fault) => fault.code === 1 && /no endpoint serves/.test(fault.stderr));
});

test('the linter finds no error in the document', async (t) => {
  const linter = path.join(root, 'tests/api/node_modules/.bin/redocly');
  const { stdout } = await run(linter, ['lint', '--config', path.join(root, 'tests/api/redocly.yaml'), '--format', 'json', path.join(reference, 'openapi.json')], {
    ...big, env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' },
  }).catch((fault) => fault);
  const report = JSON.parse(stdout.slice(stdout.indexOf('{')));
  const say = (one) => `${one.ruleId} at ${one.location?.[0]?.pointer}: ${one.message}`;
  report.problems.filter((one) => one.severity !== 'error').forEach((one) => t.diagnostic(say(one)));
  assert.deepEqual(report.problems.filter((one) => one.severity === 'error').map(say), []);
});

// `lastmile doctor` on installations that are well and on broken ones: it names what is wrong and what to do, and changes nothing.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { Server, binary, demoMap } from '../harness/server.mjs';
import { stores } from '../harness/postgres.mjs';

const { postgres, list } = await stores();
after(() => postgres.stop());

/** {code, ok, of(name)}: the exit code and the findings. */
async function doctor(words, env = {}) {
  const { code, out } = await new Promise((done) => {
    execFile(binary, ['doctor', '--json', ...words], { env: { ...process.env, ...env } }, (fault, stdout) => done({ code: fault?.code ?? 0, out: stdout }));
  });
  const { ok, checks } = JSON.parse(out);
  return { code, ok, of: (name) => checks.find((one) => one.name === name), checks };
}
const folder = () => mkdtemp(path.join(tmpdir(), 'lastmile-doctor-'));

for (const [name, db] of await list()) {
  test(`an installation before, while and after it serves, on ${name}`, async () => {
    const data = path.join(await folder(), 'data');
    const words = ['--data', data, '--listen', '127.0.0.1:0', '--map', demoMap, ...(db ? ['--db', db] : [])];
    const before = await doctor(words);
    assert.deepEqual([before.code, before.ok], [0, true], JSON.stringify(before.checks));
    await assert.rejects(readdir(data), 'nothing was made');
    const server = await Server.start({ db, data });
    const during = await doctor(words);
    assert.equal(during.code, 0, JSON.stringify(during.checks));
    assert.match(during.of('lock').detail, /a server is running/);
    assert.match(during.of('port').detail, /running server/);
    await server.stop();
    const afterwards = await doctor(words);
    assert.match(afterwards.of('schema').detail, /^all \d+ migrations are applied/);
    assert.match(afterwards.of('master key').detail, /owner alone/);
    await chmod(path.join(data, 'master.key'), 0o644);
    const open = await doctor(words);
    assert.deepEqual([open.code, open.of('master key').verdict], [1, 'wrong']);
    assert.match(open.of('master key').remedy, /^chmod 600/);
    await rm(path.join(data, 'master.key'));
    assert.match((await doctor(words)).of('master key').detail, /missing/);
    await rm(path.dirname(data), { recursive: true });
  });
}

describe('what is wrong is named', () => {
  test('a setting that is unknown, a port that is taken, files that are none', async () => {
    const data = await folder();
    const config = path.join(data, 'lastmile.toml');
    await writeFile(config, 'lisen = "127.0.0.1:1"\n');
    const unknown = await doctor(['--data', data, '--config', config]);
    assert.deepEqual([unknown.code, unknown.of('settings').verdict], [1, 'wrong']);
    assert.match(unknown.of('settings').detail, /lisen/);

    const taken = net.createServer().listen(0, '127.0.0.1');
    await new Promise((done) => { taken.once('listening', done); });
    await writeFile(path.join(data, 'noise.osm.pbf'), 'no map at all, whatever it is called');
    await writeFile(path.join(data, 'noise.pem'), 'no certificate');
    await writeFile(path.join(data, 'lastmile.db'), 'SQLite format 3\0 but nothing of it');
    await writeFile(path.join(data, 'master.key'), 'not a key', { mode: 0o600 });
    await mkdir(path.join(data, 'blobs'));
    const broken = await doctor(['--data', data, '--listen', `127.0.0.1:${taken.address().port}`, '--map', path.join(data, 'noise.osm.pbf'),
      '--tls-certificate', path.join(data, 'noise.pem'), '--tls-key', path.join(data, 'noise.pem')]);
    taken.close();
    assert.equal(broken.code, 1);
    for (const part of ['port', 'map', 'tls', 'store', 'master key']) {
      assert.equal(broken.of(part)?.verdict, 'wrong', `${part}: ${JSON.stringify(broken.of(part))}`);
      assert.ok(broken.of(part).remedy, part);
    }
    await rm(data, { recursive: true });
  });

  test('a database that nobody answers for', async () => {
    const data = await folder();
    const away = await doctor(['--data', data, '--db', `postgresql://nobody@/none?host=${encodeURIComponent(data)}`]);
    assert.deepEqual([away.code, away.of('store').verdict], [1, 'wrong']);
    assert.match(away.of('store').detail, /PostgreSQL cannot be used/);
    await rm(data, { recursive: true });
  });
});

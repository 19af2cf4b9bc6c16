// The README's tour, command by command, as a reader would paste it; and the pages it links to. `# → text` must stand in what was printed before it.
// Seen failing: a setting missing in the table, a link to a page that was not there.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { binary, demoMap, Server } from '../harness/server.mjs';

const run = promisify(execFile);
const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

test('the tour of the README works as it stands', { timeout: 300_000 }, async () => {
  const readme = await readFile(path.join(root, 'README.md'), 'utf8');
  const blocks = [...readme.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map((found) => found[1]);
  assert.ok(blocks.length >= 5);
  const server = await Server.start({ map: demoMap });
  const folder = await mkdtemp(path.join(tmpdir(), 'lastmile-tour-'));
  try {
    const script = blocks.join('\n').replaceAll('http://127.0.0.1:8080', server.url).replaceAll('build/lastmile', binary).replaceAll('--data data', `--data ${server.data}`)
      .replace(/^# → (.*)$/gm, (_, text) => `printf '\\n=> %s\\n' '${text}'`);
    const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', script], { cwd: folder });
    const parts = stdout.split(/^=> (.*)$/m);
    assert.ok(parts.length >= 9, stdout);
    for (let i = 1; i < parts.length; i += 2) assert.ok(parts[i - 1].includes(parts[i]), `"${parts[i]}" was not printed:\n${parts[i - 1]}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
    await server.stop();
  }
});

test('the table of settings in the book is the binary\'s', async () => {
  const { stdout } = await run(binary, ['config', '--table']);
  const page = await readFile(path.join(root, 'docs/book/configuration.md'), 'utf8');
  assert.ok(page.includes(stdout), 'docs/book/configuration.md differs: tools/generate_reference writes it anew');
});

test('links inside the books lead somewhere', async () => {
  const pages = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', ...['docs/book', 'docs/decisions'].map((folder) => readdir(path.join(root, folder)).then((names) => names.map((n) => `${folder}/${n}`)))];
  for (const page of (await Promise.all(pages)).flat().filter((name) => name.endsWith('.md'))) {
    const text = await readFile(path.join(root, page), 'utf8');
    for (const [, target] of text.matchAll(/\]\(([^)#\s]+)[^)]*\)/g))
      if (!/^[a-z]+:/.test(target)) assert.ok(existsSync(path.join(root, path.dirname(page), target)), `${page} links to ${target}`);
  }
});

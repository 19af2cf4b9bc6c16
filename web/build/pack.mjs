// Makes dist/ ready for the binary: each file compressed beforehand, and assets.tsv, the list that CMake embeds.
//   url <tab> file <tab> content type <tab> immutable|revalidate <tab> sha256 <tab> encodings that exist beside it (br,gz)
import { createHash } from 'node:crypto';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import zlib from 'node:zlib';

const dist = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), '../dist');
const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
};
const compressible = new Set(['.html', '.js', '.mjs', '.css', '.svg', '.txt', '.json', '.webmanifest']);
const brotli = promisify(zlib.brotliCompress);
const gzip = promisify(zlib.gzip);

async function* files(folder) {
  for (const entry of (await readdir(folder, { withFileTypes: true })).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const full = path.join(folder, entry.name);
    if (entry.isDirectory()) yield* files(full);
    else if (!/\.(br|gz|tsv)$/.test(entry.name) && !entry.name.startsWith('.')) yield full;
  }
}

/** Writes the compressed twin when it saves a tenth at least. */
async function twin(file, bytes, suffix, compressed) {
  if (compressed.length > bytes.length * 0.9) {
    await rm(file + suffix, { force: true });
    return [];
  }
  await writeFile(file + suffix, compressed);
  return [suffix.slice(1)];
}

const rows = [];
for await (const file of files(dist)) {
  const name = path.relative(dist, file).split(path.sep).join('/');
  const suffix = path.extname(name);
  const type = types[suffix];
  if (!type) throw new Error(`${name}: no content type is known for ${suffix}; add it to build/pack.mjs`);
  const bytes = await readFile(file);
  // Vite puts the hash of the content into every name under assets/.
  const cache = name.startsWith('assets/') ? 'immutable' : 'revalidate';
  const encodings = [];
  if (compressible.has(suffix) && bytes.length > 256) {
    const quality = { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 11, [zlib.constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } };
    encodings.push(...(await twin(file, bytes, '.br', await brotli(bytes, quality))));
    encodings.push(...(await twin(file, bytes, '.gz', await gzip(bytes, { level: 9 }))));
  }
  rows.push([`/${name}`, name, type, cache, createHash('sha256').update(bytes).digest('hex'), encodings.join(',')]);
}
await writeFile(path.join(dist, 'assets.tsv'), rows.map((row) => row.join('\t') + '\n').join(''));

// Pictures of what a test has just proved. Into docs/screenshots with LASTMILE_SCREENSHOTS=docs, else into test-results.
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const folder = process.env.LASTMILE_SCREENSHOTS === 'docs' ? path.join(root, 'docs/screenshots') : path.join(root, 'test-results');
mkdirSync(folder, { recursive: true });

export const shot = (page, name) => page.screenshot({ path: path.join(folder, `${name}.png`), animations: 'disabled' });

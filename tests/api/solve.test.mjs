// The optimizer's command as its users meet it: formats, flags, exit codes, bad input. Needs no server.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { binary } from '../harness/server.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const city = path.join(root, 'examples/maps/neubrandenburg.osm.pbf');
let folder;
before(async () => { folder = await mkdtemp(path.join(tmpdir(), 'lastmile-solve-')); });
after(() => rm(folder, { recursive: true }));

/// { code, out, err } of the command.
function run(words, input = '', program = binary) {
  return new Promise((done, fail) => {
    const child = spawn(program, words);
    let [out, err] = ['', ''];
    child.stdout.on('data', (part) => { out += part; });
    child.stderr.on('data', (part) => { err += part; });
    child.on('error', fail);
    child.on('close', (code) => done({ code, out, err }));
    child.stdin.on('error', () => {});  // it may refuse its flags before it reads
    child.stdin.end(input);
  });
}
const solve = (words, input) => run(['solve', ...words], input);
async function file(name, content) {
  const place = path.join(folder, name);
  await writeFile(place, typeof content === 'string' ? content : JSON.stringify(content));
  return place;
}

const request = {
  vehicles: [{ id: 7, start_index: 0, end_index: 0, capacity: [4], steps: [{ type: 'start' }, { type: 'job', id: 2 }, { type: 'job', id: 1 }, { type: 'end' }] }],
  jobs: [{ id: 1, description: 'ring twice', location_index: 1, delivery: [2] }, { id: 2, location_index: 2, delivery: [2], time_windows: [[0, 5]] }],
  matrices: { car: { durations: [[0, 10, 20], [10, 0, 10], [20, 10, 0]] } },
};
const loose = structuredClone(request);
delete loose.jobs[1].time_windows;

test('a request of VROOM is taken from a file, an argument and standard input, by its flags and under the other name', async () => {
  const place = await file('request.json', loose);
  const link = path.join(folder, 'lastmile-vrp');
  await symlink(binary, link);
  const answers = [
    await solve([place]), await solve(['-i', place, '-t', '1', '-x', '0', '-l', '1']), await solve([JSON.stringify(loose)]), await solve([], JSON.stringify(loose)),
    await run(['-i', place, '-x', '0'], '', link),
  ];
  for (const { code, out, err } of answers) {
    assert.equal(code, 0, err);
    const answer = JSON.parse(out);
    assert.equal(answer.code, 0);
    assert.equal(answer.summary.cost, 40);
    assert.equal(answer.routes[0].vehicle, 7);
    assert.deepEqual(answer.unassigned, []);
  }
  const output = path.join(folder, 'answer.json');
  assert.equal((await solve(['-i', place, '-o', output])).out, '');
  assert.equal(JSON.parse(await readFile(output)).summary.routes, 1);
});

test('plan mode chooses times for given steps and tells violations; solving refuses the same steps', async () => {
  const { code, out } = await solve(['-c'], JSON.stringify(request));
  assert.equal(code, 0);
  const route = JSON.parse(out).routes[0];
  assert.deepEqual(route.steps.map((step) => [step.type, step.arrival]), [['start', 0], ['job', 20], ['job', 30], ['end', 40]]);
  assert.deepEqual(route.violations, [{ cause: 'delay', duration: 15 }]);
  const early = structuredClone(request);
  early.vehicles[0].time_window = [0, 30];
  const late = JSON.parse((await solve(['-c'], JSON.stringify(early))).out);
  assert.deepEqual(late.summary.violations, [{ cause: 'delay', duration: 25 }]);  // 15 at the job, 10 at the end
  const refused = await solve([], JSON.stringify(early));
  assert.equal(refused.code, 2);
  assert.match(JSON.parse(refused.out).error, /^\/vehicles\/0\/steps: /);
});

test('coordinates are driven on the map, with lines and distances if asked; without one they are refused with the remedy', async () => {
  const home = [13.261, 53.5575];
  const roads = { vehicles: [{ id: 1, start: home, end: home }, { id: 2, profile: 'bike', start: home, max_tasks: 1 }],
    jobs: [{ id: 1, location: [13.27, 53.55] }, { id: 2, location: [13.25, 53.56] }] };
  const place = await file('roads.json', roads);
  const drawn = await solve([place, '--map', city, '-g', '-x', '0']);
  assert.equal(drawn.code, 0, drawn.err);
  const answer = JSON.parse(drawn.out);
  assert.ok(answer.summary.distance > 1000 && answer.summary.distance < 20000);
  assert.ok(answer.routes.every((route) => route.geometry.length > 10));
  for (const words of [[place], [place, '-g']]) {
    const { code, out } = await solve(words);
    assert.equal(code, 3);
    assert.equal(JSON.parse(out).code, 3);
    assert.match(JSON.parse(out).error, /--map/);
  }
  const own = { places: [{ lat: 53.5575, lon: 13.261 }, { lat: 53.55, lon: 13.27 }], profiles: [{ roads: 'cargo_bike' }],
    vehicles: [{ start: 0, end: 0, per_km: 1 }], tasks: [{ kind: 'service', visits: [{ place: 1 }] }] };
  const ours = await solve(['--map', city], JSON.stringify(own));
  assert.equal(ours.code, 0, ours.err);
  assert.ok(JSON.parse(ours.out).routes[0].distance > 1000);
  const mapless = await solve([], JSON.stringify(own));
  assert.equal(mapless.code, 2);
  assert.equal(mapless.err, 'input: /profiles/0/roads: needs a map: name a map file or an OSM extract with --map FILE\n');
});

const solomon = 'TINY\n\nVEHICLE\nNUMBER CAPACITY\n 2 10\n\nCUSTOMER\nCUST NO. X Y DEMAND READY DUE SERVICE\n\n'
  + '0 0 0 0 0 1000 0\n1 3 5 5 0 1000 10\n2 6 8 5 0 1000 10\n';

test('texts of the literature keep their conventions, and are drawn, traced and checked', async () => {
  const place = await file('tiny.txt', solomon);
  const cost = async (...words) => Number(/Cost (.*)/.exec((await solve([place, '--iterations', '50', ...words])).out)[1]);
  assert.equal(await cost(), 20);  // 5.8 + 4.2 + 10.0, each truncated
  assert.equal(await cost('--rounding', 'nearest'), 20);
  assert.ok(Math.abs(await cost('--rounding', 'none') - 20.074) < 0.002);
  assert.ok(Math.abs(await cost('--objective', 'vehicles-first') - 100020.074) < 0.002 || Math.abs(await cost('--objective', 'vehicles-first') - 20.074) < 0.002);
  assert.match((await solve([place, '--iterations', '50'])).out, /^Route #1: (1 2|2 1)\nCost 20\n$/);
  assert.match((await solve([place, '--iterations', '50', '--format', 'svg'])).out, /^<svg .*<polyline/s);
  assert.equal(JSON.parse((await solve([place, '--iterations', '50', '--format', 'geojson'])).out).type, 'FeatureCollection');
  const trace = path.join(folder, 'trace.tsv');
  const { err } = await solve([place, '--iterations', '50', '--check', '--progress', '--trace', trace]);
  assert.match(err, /checked: 1 routes, 0 left out, nothing wrong/);
  assert.match(await readFile(trace, 'utf8'), /^seconds\tcost\tvehicles\tleft_out\n[\d.]+\t[\d.]+\t\d+\t0\n/);
});

test('bad input tells line or pointer and exits with 2, and nothing else', async () => {
  const place = await file('bad.txt', `${solomon}3 x 8 5 0 1000 10\n`);
  assert.deepEqual(await solve([place]), { code: 2, out: '', err: `${place}:13: not a number: x\n` });
  const ours = await solve(['-'], '{"places":1,"profiles":[{"durations":[[0]]}],"vehicles":[{"strat":0}],"tasks":[]}');
  assert.deepEqual(ours, { code: 2, out: '', err: 'input: /vehicles/0/strat: is not known\n' });
  const broken = await solve(['-c'], '{"vehicles":\n[');
  assert.equal(broken.code, 2);
  assert.deepEqual(Object.keys(JSON.parse(broken.out)), ['code', 'error']);
  assert.equal((await solve([path.join(folder, 'nowhere')])).code, 2);
  assert.equal((await solve([place, '--format', 'paper'])).code, 2);
  const foreign = await solve(['-a', 'car:localhost', place]);
  assert.equal(foreign.code, 2);
  assert.match(foreign.err, /--map/);
});

test('the schema that is printed is the one in the book', async () => {
  const { code, out } = await solve(['--schema']);
  assert.equal(code, 0);
  assert.equal(out, await readFile(path.join(root, 'docs/book/problem.schema.json'), 'utf8'));
});

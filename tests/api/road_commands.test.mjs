// The road commands as people type them: answers that can be right, and refusals in one sentence for what cannot.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { polyline } from '../harness/polyline.mjs';
import { binary, demoMap } from '../harness/server.mjs';

const folder = mkdtempSync(path.join(tmpdir(), 'lastmile-roads-'));
const map = path.join(folder, 'city.map');
const from = '53.5575,13.2610', to = '53.5410,13.2800';
const run = (...words) => spawnSync(binary, words, { encoding: 'utf8', input: '', env: { ...process.env, LASTMILE_MAP: map, TZ: 'UTC' } });
const json = (...words) => {
  const { status, stdout, stderr } = run(...words, '--json');
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout);
};
const metres = ([a, b], [c, d]) => Math.hypot((a - c) * 111_195, (b - d) * 111_195 * Math.cos((a * Math.PI) / 180));

describe('road commands', () => {
  before(() => {
    const made = run('map', 'import', demoMap, '-o', map);
    assert.equal(made.status, 0, made.stderr);
  });
  after(() => rmSync(folder, { recursive: true }));

  test('a map says what is in it, rules by hour and what was left out included', () => {
    const info = json('map', 'info', map);
    assert.equal(info.source, 'neubrandenburg.osm.pbf');
    for (const key of ['restrictions', 'skipped_restrictions', 'hourly_rules', 'skipped_conditions']) assert.ok(Number.isInteger(info[key]) && info[key] >= 0, key);
    assert.deepEqual(info.profiles.map((one) => one.name).sort(), ['bike', 'car', 'cargo_bike', 'foot', 'truck', 'van']);
  });

  test('route, table and nearest agree', () => {
    const route = json('route', '--at', '2026-05-04T12:00:00Z', from, to), table = json('table', '--at', '2026-05-04T12:00:00Z', from, to);
    assert.ok(Math.abs(table.rows[0].duration_s[1] - route.duration_s) < 0.2);
    assert.ok(Math.abs(table.rows[0].distance_m[1] - route.distance_m) < 0.2);
    const near = json('nearest', from)[0];
    assert.ok(metres([near.point.lat, near.point.lon], from.split(',').map(Number)) - near.distance_m < 1);
  });

  test('what is reached grows with the minutes, lies round the place, and is closed rings', () => {
    const { features } = json('isochrone', from, '--minutes', '5,10', '--at', '2026-05-04T12:00:00Z');
    assert.deepEqual(features.map((one) => one.properties.minutes), [10, 5], 'the widest first');
    assert.ok(features[0].properties.area_km2 > features[1].properties.area_km2 && features[1].properties.area_km2 > 1);
    assert.ok(features[0].properties.area_km2 < Math.PI * 15 ** 2, 'nobody drives 90 km/h through the city');
    for (const { geometry } of features)
      for (const ring of geometry.coordinates.flat()) assert.deepEqual(ring[0], ring.at(-1));
    // A place within the smaller area is reached in its time.
    const [lon, lat] = features[1].geometry.coordinates[0][0][0];
    assert.ok(json('table', from, `${lat},${lon}`, '--at', '2026-05-04T12:00:00Z').rows[0].duration_s[1] < 7 * 60);
  });

  test('speeds are learned from tracks, and applied at their hour', () => {
    const usual = json('route', from, to, '--at', '2026-05-04T08:30:00Z'), line = polyline(usual.geometry);
    const speeds = path.join(folder, 'my.speeds'), begins = Date.parse('2026-05-04T08:05:00Z') / 1000;
    const tracks = Array.from({ length: 8 }, (_, day) => {
      // The route at half its speed, a ping every ten seconds, on eight Mondays.
      const lengths = [0];
      for (let i = 1; i < line.length; ++i) lengths.push(lengths[i - 1] + metres(line[i - 1], line[i]));
      const taken = 2 * usual.duration_s, text = [];
      for (let s = 0; s <= taken; s += 10) {
        const at = (lengths.at(-1) * s) / taken, i = Math.max(1, lengths.findIndex((length) => length >= at)), share = (at - lengths[i - 1]) / (lengths[i] - lengths[i - 1] || 1);
        text.push(`${line[i - 1][0] + (line[i][0] - line[i - 1][0]) * share},${line[i - 1][1] + (line[i][1] - line[i - 1][1]) * share},${begins + 7 * 86_400 * day + s}`);
      }
      const file = path.join(folder, `track${day}.csv`);
      writeFileSync(file, text.join('\n') + '\n');
      return file;
    });
    const learned = json('learn', ...tracks.slice(0, 4), '--speeds', speeds);
    assert.equal(learned.tracks, 4);
    assert.ok(learned.observations > 4 && learned.map_mae_s > 60);
    const more = json('learn', ...tracks.slice(4), '--speeds', speeds);
    assert.ok(more.learned_mae_s < more.map_mae_s * 0.7, 'what was learned foretells the later tracks better');
    const slow = json('route', from, to, '--speeds', speeds, '--at', '2026-05-11T08:30:00Z');
    assert.ok(slow.duration_s > 1.25 * usual.duration_s && slow.duration_s < 2.2 * usual.duration_s, `${usual.duration_s} s became ${slow.duration_s} s`);
    const bikes = json('route', '--profile', 'bike', from, to, '--speeds', speeds, '--at', '2026-05-11T08:30:00Z');
    assert.equal(bikes.duration_s, json('route', '--profile', 'bike', from, to, '--at', '2026-05-11T08:30:00Z').duration_s, 'another profile learned nothing');
  });

  const sentences = [
    [['route', from, to, '--profile', 'tank'], /no profile "tank"; it has car, van/],
    [['route', from, '91,13'], /"91,13" is not a place; write LATITUDE,LONGITUDE/],
    [['route', from, '10,10'], /No road for car within 2000 m of 10/],
    [['route', from, to, '--at', 'noon'], /"noon" is no time/],
    [['route', from, to, '--close', 'foo'], /"foo" cannot be closed; write way\/ID/],
    [['route', from, to, '--close', 'way/99'], /no road of way\/99/],
    [['route', from, to, '--close', 'road/99999999'], /no road\/99999999/],
    [['route', from, to, '--speeds', '/nowhere'], /\/nowhere cannot be read/],
    [['isochrone', from, '--minutes', '0'], /A limit must be within 1 s and a day/],
    [['match', '/nowhere.csv'], /\/nowhere.csv cannot be read/],
    [['match'], /at least two pings/],
    [['reverse', 'here'], /"here" is not a place/],
    [['tiles', '-o', '/proc/nowhere'], /The folder \/proc\/nowhere\S+ cannot be made/],
    [['map', 'info', demoMap], /is not a map file/],
    [['map', 'import', '/etc/hostname', '-o', '/tmp/never.map'], /cannot be read as OpenStreetMap data: [^.]+[^.]\.$/m],
    [['map', 'import', demoMap, '-o', '/tmp/never.map', '--profiles', 'tank'], /There is no profile tank; there are /],
  ];
  for (const [words, sentence] of sentences)
    test(`refused in a sentence: ${words.filter((word) => !word.startsWith('53.') && !word.startsWith('/') && word !== demoMap).join(' ')}`, () => {
      const { status, stdout, stderr } = run(...words);
      assert.equal(status, 1, stdout + stderr);
      assert.match(stderr, sentence);
      assert.equal(stderr.trim().split('\n').length, 1, stderr);
    });
});

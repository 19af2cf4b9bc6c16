// Speeds learned from pings: a courier is slower than the map says, again and again, and what is foretold for him comes closer. On both stores.
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { stores } from '../harness/postgres.mjs';
import { polyline } from '../harness/polyline.mjs';
import { World } from './world.mjs';

const there = { lat: 53.5410, lon: 13.2800 };
const slower = 1.7, rounds = 7;

/** A ping every ten seconds along a line that is driven evenly. */
function pings(points, seconds, begins) {
  const metres = (a, b) => Math.hypot((a[0] - b[0]) * 111_195, (a[1] - b[1]) * 111_195 * Math.cos((a[0] * Math.PI) / 180));
  const lengths = points.slice(1).map((p, i) => metres(points[i], p)), total = lengths.reduce((a, b) => a + b, 0);
  const out = [];
  for (let t = 0; t < seconds; t += 10) {
    let left = (total * t) / seconds, i = 0;
    while (i < lengths.length - 1 && left > lengths[i]) left -= lengths[i++];
    const share = lengths[i] ? Math.min(1, left / lengths[i]) : 0, [a, b] = [points[i], points[i + 1]];
    out.push({ location: { lat: a[0] + share * (b[0] - a[0]), lon: a[1] + share * (b[1] - a[1]), accuracy_meters: 5, timestamp: new Date(begins + t * 1000).toISOString() } });
  }
  return out;
}

const { postgres, list } = await stores();
after(() => postgres.stop());

for (const [name, db] of await list()) {
  describe(`learning on ${name}`, () => {
    let world;
    after(() => world?.stop());

    test('a slow courier is foretold better from drive to drive', async () => {
      world = await World.start({ db, partition: 'test' });
      const { ops } = world;
      const area = { type: 'Polygon', coordinates: [[[13, 53], [14, 53], [14, 54], [13, 54], [13, 53]]] };
      await ops.expect(201, 'POST', '/areas', { name: 'all', time_zone: 'Europe/Berlin', geometry: area });
      const none = await ops.expect(200, 'GET', '/eta/learning');
      assert.deepEqual([none.applied, none.tracks, none.accuracy], [true, 0, []]);
      assert.deepEqual((await ops.expect(200, 'GET', '/eta/learning/speeds')).data, []);

      const foretold = [];
      let real;
      for (let i = 0; i < rounds; ++i) {
        const courier = await world.courier(`Driver ${i}`);
        const delivery = await world.delivery({ dropoff: { address: { line1: 'there', location: there }, recipient: { name: 'Jane Roe', phone: '+4939512345' } } });
        await courier.underway([delivery]);
        const begins = Date.parse((await ops.expect(200, 'GET', '/sandbox/clock')).now);
        const { assignment } = await courier.route();
        const stop = assignment.route.stops.find((s) => s.type === 'dropoff');
        foretold.push((Date.parse(stop.eta) - begins) / 1000);
        real ??= foretold[0] * slower;
        await courier.app.expect(202, 'POST', '/driver-api/location', { pings: pings(polyline(assignment.route.route_geometry), real, begins) });
        await ops.expect(200, 'POST', '/sandbox/clock', { advance_s: Math.ceil(real) });
        await courier.deliver(delivery);
        const clock = await ops.expect(200, 'POST', '/sandbox/clock', { advance_s: 900 });
        assert.equal(clock.quiet, true);
      }
      const learning = await ops.expect(200, 'GET', '/eta/learning');
      assert.equal(learning.tracks, rounds, JSON.stringify(learning));
      assert.equal(learning.waiting, 0);
      assert.equal(learning.time_zone, 'Europe/Berlin');
      const [all] = learning.accuracy;
      assert.ok(all.map.bias_s > 0, 'driven slower than the map says');
      assert.ok(all.learned.mae_s < 0.8 * all.map.mae_s, JSON.stringify(all));
      assert.ok(foretold.at(-1) > foretold[0] * 1.2, `what is foretold follows: ${foretold}`);
      assert.ok(foretold.at(-1) < real * 1.1, `and not too far: ${foretold}, really ${real}`);
      for (const by of ['profile', 'area', 'hour']) {
        const lines = (await ops.expect(200, 'GET', `/eta/learning?by=${by}`)).accuracy;
        assert.equal(lines.reduce((n, one) => n + one.stretches, 0), all.stretches);
        assert.ok(lines.every((one) => (by === 'area' ? one.area.tile.startsWith('12/2198/') : by === 'hour' ? one.hour >= 0 && one.day : one.profile === 'van')), JSON.stringify(lines));
      }
      const page = await ops.expect(200, 'GET', '/eta/learning/speeds?profile=van&limit=2');
      assert.equal(page.data.length, 2);
      assert.ok(page.data.every((one) => one.time_factor >= 0.4 && one.time_factor <= 2.5 && one.observations >= 1));
      const next = await ops.expect(200, 'GET', `/eta/learning/speeds?profile=van&limit=200&cursor=${page.next_cursor}`);
      assert.ok(next.data.length >= 1 && next.data.every((one) => JSON.stringify(one) !== JSON.stringify(page.data[0])));
      assert.deepEqual((await ops.expect(200, 'GET', '/eta/learning/speeds?profile=boat')).data, []);
      assert.equal((await ops.get('/eta/learning?by=moon')).status, 422);
      assert.equal((await ops.get('/eta/learning/speeds?cursor=bm90LWEtY2VsbA')).body.code, 'bad_cursor');
      const live = await world.server.client({ partition: 'live' });
      assert.equal((await live.expect(200, 'GET', '/eta/learning')).tracks, 0, 'the live partition is not touched');

      await world.server.restart();
      const again = await ops.expect(200, 'GET', '/eta/learning');
      assert.deepEqual([again.tracks, again.cells], [learning.tracks, learning.cells]);
      assert.deepEqual((await ops.expect(200, 'GET', '/eta/learning/speeds?profile=van&limit=2')).data, page.data);
    });
  });
}

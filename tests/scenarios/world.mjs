// A small city seen from outside: a dispatcher, couriers with their apps, parcels to real addresses. Only the public API.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { eventually } from '../harness/receiver.mjs';
import { Client, Server, demoMap } from '../harness/server.mjs';

export const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');
/** Addresses of Neubrandenburg, as a shop would send them. */
export const streets = ['Turmstraße 5', 'Stargarder Straße 10', 'Neutorstraße 3', 'Demminer Straße 12', 'Woldegker Straße 27', 'Ziegelbergstraße 50', 'Ihlenfelder Straße 8', 'Rostocker Straße 4'];

export class World {
  static async start({ db, partition = 'live', map = demoMap, env } = {}) {
    const world = new World();
    world.server = await Server.start({ db, map, env });
    world.partition = partition;
    world.ops = await world.server.client({ partition });
    world.hub = await world.ops.expect(201, 'POST', '/hubs', { name: 'Hub', address: { line1: 'Am Hafen 1', city: 'Neubrandenburg', location: { lat: 53.5535, lon: 13.2525 } } });
    world.made = 0;
    return world;
  }

  stop() { return this.server?.stop(); }

  async courier(name = 'Ada Fahrer', vehicle = {}) {
    const wheels = await this.ops.expect(201, 'POST', '/vehicles', { type: 'van', capacity: { parcels: 40 }, warehouse: this.hub.id, ...vehicle });
    const made = await this.ops.expect(201, 'POST', '/drivers', { name, vehicle_id: wheels.id, home_hub_id: this.hub.id });
    const { token } = await this.ops.expect(200, 'POST', `/drivers/${made.id}/impersonate-token`, { minutes: 60 });
    return new Courier(this, made.id, name, new Client(this.server, token));
  }

  /** What a shop says of a parcel; nothing is asked of the geocoder where a place is given. */
  wanted(more = {}) {
    const n = this.made++;
    return {
      source: 'shop', order_id: `order-${n}`, packages: [{ package_id: `P${n}`, weight: 900 }], pickup: { hub_id: this.hub.id },
      dropoff: { address: { line1: streets[n % streets.length], postal_code: '17033', city: 'Neubrandenburg' }, recipient: { name: 'Jane Roe', phone: '+4939512345' } },
      ...more,
    };
  }

  delivery(more) { return this.ops.expect(201, 'POST', '/deliveries', this.wanted(more)); }
  async deliveries(count, more) { return (await this.ops.expect(201, 'POST', '/deliveries', Array.from({ length: count }, () => this.wanted(more)))).data; }
  get(delivery) { return this.ops.expect(200, 'GET', `/deliveries/${delivery.id ?? delivery}`); }
  assignment(id) { return this.ops.expect(200, 'GET', `/assignments/${id}`); }
  exceptions(delivery) { return this.ops.expect(200, 'GET', `/exceptions?delivery_id=${delivery.id}`).then((list) => list.data); }

  /** The timeline, once it tells of all these: on PostgreSQL the log is stamped after the commit. */
  timeline(delivery, ...types) {
    return eventually(() => this.ops.expect(200, 'GET', `/deliveries/${delivery.id}/timeline?limit=200`).then((list) => list.data),
      (entries) => types.every((type) => entries.some((entry) => entry.type === type)), types.join(', '));
  }

  /** Status and phase, so that a test reads like the story. */
  async is(delivery, status, phase) {
    const seen = await this.get(delivery);
    assert.deepEqual([seen.status, seen.phase], [status, phase], `${seen.order_id}: ${JSON.stringify(seen.legs)}`);
    return seen;
  }

  /** The whole log, page by page; its sequence has no gap. */
  async log(after = 0) {
    const all = [];
    for (;;) {
      const { data } = await this.ops.expect(200, 'GET', `/events?after=${all.at(-1)?.sequence ?? after}&limit=200`);
      if (!data.length) break;
      all.push(...data);
    }
    all.forEach((event, i) => assert.equal(event.sequence, after + i + 1, 'no gap and no repetition'));
    return all;
  }

  async noTwoCouriers(deliveries) {
    for (const one of deliveries) {
      const seen = await this.get(one);
      for (const p of seen.packages) {
        const takers = seen.legs.filter((leg) => leg.packages.some((item) => item.package_id === p.id && item.state === 'taken'));
        assert.ok(takers.length <= 1, `${p.id} with two couriers`);
      }
    }
  }
}

/** A courier's app. Its calls fail with the problem when the answer is not 200. */
export class Courier {
  constructor(world, id, name, app) {
    Object.assign(this, { world, id, name, app });
  }

  say(path, body) { return this.app.expect(200, 'POST', `/driver-api/${path}`, body); }

  async assigned(deliveries, more = {}) {
    const { assignment } = await this.world.ops.expect(200, 'POST', `/drivers/${this.id}/assign`, { delivery_ids: deliveries.map((d) => d.id), ...more });
    this.assignment = assignment.id;
    return assignment;
  }
  accept() { return this.say(`assignments/${this.assignment}/accept`); }
  start() { return this.say(`assignments/${this.assignment}/start-route`); }
  scan(p, action = 'load', more = {}) { return this.say('scan', { action, package_id: p.id ?? p, ...more }); }
  async route() { return (await this.app.expect(200, 'GET', `/driver-api/assignments/${this.assignment}/route`)); }
  async load(deliveries) { for (const d of deliveries) for (const p of d.packages) await this.scan(p); }

  /** Assigned, accepted, loaded, driven off, the dock's stop done. */
  async underway(deliveries) {
    await this.assigned(deliveries);
    await this.accept();
    await this.load(deliveries);
    await this.start();
    for (const stop of (await this.route()).assignment.route.stops.filter((s) => s.type === 'pickup' && s.status === 'pending')) {
      await this.say(`stops/${stop.stop_id}/arrive`);
      await this.say(`stops/${stop.stop_id}/complete`);
    }
  }

  /** The open stop for a delivery. */
  async stopFor(delivery, type = 'dropoff') {
    const { assignment } = await this.route();
    const stop = assignment.route.stops.find((s) => s.type === type && s.delivery_ids.includes(delivery.id) && ['pending', 'arrived'].includes(s.status));
    assert.ok(stop, `${this.name} has no open ${type} for ${delivery.order_id}: ${JSON.stringify(assignment.route.stops)}`);
    return stop;
  }

  async arriveAt(delivery, type) {
    const stop = await this.stopFor(delivery, type);
    if (stop.status === 'pending') await this.say(`stops/${stop.stop_id}/arrive`, { location: stop.location });
    return stop.stop_id;
  }

  /** Files to where the server wants them, by its presigned URLs; their asset_urls. */
  async upload(delivery, stop_id, files) {
    const declared = files.map(({ kind, bytes }) => ({ kind, content_type: 'image/png', size: bytes.length, sha256: sha256(bytes) }));
    const { uploads } = await this.app.expect(200, 'POST', '/pod/request-upload', { delivery_id: delivery.id, stop_id, files: declared });
    for (const [i, one] of uploads.entries()) {
      const put = await fetch(new URL(one.url, this.world.server.url), { method: one.method, headers: one.headers, body: files[i].bytes });
      assert.equal(put.status, 201);
    }
    return uploads.map((one) => one.asset_url);
  }

  async photo(delivery, stop_id) {
    return this.upload(delivery, stop_id, [{ kind: 'photo', bytes: Buffer.from(`\x89PNG photo of ${delivery.id}`) }]);
  }

  async deliver(delivery, more = {}) {
    const stop = await this.arriveAt(delivery);
    return this.say(`stops/${stop}/complete`, { status: 'delivered', photos: await this.photo(delivery, stop), ...more });
  }

  async fail(delivery, reason = 'no_one_home', more = {}) {
    const stop = await this.arriveAt(delivery);
    if (reason === 'no_one_home') await this.say(`stops/${stop}/attempt`, { channel: 'call', contacted: false });
    return this.say(`stops/${stop}/failed`, { reason, ...more });
  }

  /** Every open stop at a hub: unloaded. */
  async backAtHub() {
    let done;
    for (const stop of (await this.route()).assignment.route.stops.filter((s) => s.type === 'hub' && ['pending', 'arrived'].includes(s.status))) {
      await this.say(`stops/${stop.stop_id}/arrive`);
      done = await this.say(`stops/${stop.stop_id}/complete`);
    }
    return done;
  }

  sync(events, device_time = new Date()) {
    return this.say('sync', { device_id: `phone of ${this.name}`, device_time: device_time.toISOString(), events });
  }
}

// A fleet of couriers behind the fleet protocol, for tests; it can misbehave.
import http from 'node:http';
import { createRequire } from 'node:module';
import { eventually as patiently } from './receiver.mjs';

const { Webhook } = createRequire(new URL('../api/package.json', import.meta.url))('standardwebhooks');

/** A fleet that speaks the fleet protocol; `mood` says how it misbehaves, `next` how it does with one more job, `made` hears of each job. */
export class Fleet {
  static async open(price) {
    const fleet = new Fleet();
    Object.assign(fleet, { price, currency: 'EUR', quote: {}, jobs: new Map(), mood: 'good', calls: [], held: [], token: 'fleet-secret-token' });
    fleet.server = http.createServer(async (request, response) => {
      let text = '';
      for await (const chunk of request) text += chunk;
      fleet.calls.push(`${request.method} ${request.url}`);
      const send = (status, body) => { response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body)); };
      if (request.headers.authorization !== `Bearer ${fleet.token}`) return send(401, { code: 'unauthorized' });
      fleet.answer(request, text ? JSON.parse(text) : {}, send, response);
    });
    await new Promise((done) => fleet.server.listen(0, '127.0.0.1', done));
    fleet.url = `http://127.0.0.1:${fleet.server.address().port}`;
    return fleet;
  }

  answer(request, body, send, response) {
    const { pathname, searchParams } = new URL(request.url, this.url);
    if (pathname.endsWith('/capabilities')) return send(200, { protocol: 'lastmile-fleet/1' });
    if (pathname.endsWith('/quotes')) {
      if (this.mood === 'silent') return this.held.push(response);
      if (this.mood === 'quotes_fail') return send(500, {});
      if (!body.pickup || !body.dropoff) return send(422, { code: 'incomplete' });
      return send(200, { quote_id: `q_${body.reference}`, price: { amount: this.price, currency: this.currency }, ...this.quote });
    }
    if (pathname.endsWith('/jobs') && request.method === 'POST') {
      const mood = this.next?.() ?? this.mood;
      if (mood === 'refuses') return send(422, { code: 'out_of_area' });
      if (mood === 'loses_request') return response.destroy();
      const job = { job_id: `job_${this.jobs.size + 1}`, reference: body.reference, tracking: body.tracking_number, state: 'booked', sequence: 1, changed_at: new Date().toISOString() };
      const before = [...this.jobs.values()].find((one) => one.reference === body.reference);
      if (before) return send(200, before);
      this.jobs.set(job.job_id, job);
      this.made?.(job);
      if (mood === 'loses_answer') return response.destroy();
      if (mood === 'half') return response.writeHead(201, { 'content-type': 'application/json' }).end('{"job_id":"job_1","sta');
      if (mood === 'fails') return send(500, {});
      return send(201, job);
    }
    if (pathname.endsWith('/jobs')) return send(200, { data: [...this.jobs.values()].filter((one) => one.reference === searchParams.get('reference')) });
    if (this.mood === 'forgets') return send(404, { code: 'not_found' });
    const job = this.jobs.get(decodeURIComponent(pathname.split('/')[4] ?? ''));
    if (!job) return send(404, { code: 'not_found' });
    if (pathname.endsWith('/cancel')) {
      if (!['booked', 'courier_assigned'].includes(job.state)) return send(409, { code: 'not_cancellable' });
      this.move(job.job_id, 'cancelled');
    }
    return send(200, job);
  }

  /** Becomes a partner of a tenant, with its credentials. */
  async join(api, more = {}) {
    const made = await api.expect(201, 'POST', '/partners', { name: 'fleet', type: '3pl', connector: 'fleet_protocol', config: { base_url: this.url }, ...more });
    const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
    this.stored = await api.expect(201, 'POST', `/partners/${made.id}/credentials`, { credentials: { api_token: this.token, callback_secret: secret } });
    this.hook = new Webhook(secret);
    this.id = made.id;
    return this;
  }

  /** Where its callbacks go, and a callback. */
  target(server) { return new URL(this.stored.callback_url, server.url).pathname; }
  call(server, body, headers) {
    return fetch(server.url + this.target(server), { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });
  }
  sign(body, message = 'msg_1', at = new Date()) {
    return { 'webhook-id': message, 'webhook-timestamp': String(Math.floor(at / 1000)), 'webhook-signature': this.hook.sign(message, at, body) };
  }

  move(id, state) { Object.assign(this.jobs.get(id), { state, sequence: this.jobs.get(id).sequence + 1, changed_at: new Date().toISOString() }); }
  close() { this.server.closeAllConnections(); this.server.close(); }
}

/** A call to a partner and its look-up take a while: twenty seconds at most. */
export const eventually = (ask, wanted, what) => patiently(ask, wanted, what, 20_000);

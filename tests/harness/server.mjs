// Starts the real binary on a free port, as a user would, and speaks to it over HTTP.
import { spawn, execFile } from 'node:child_process';
import { mkdtemp, rm, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { fileURLToPath } from 'node:url';

const run = promisify(execFile);
const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
export const binary = process.env.LASTMILE_BINARY ?? path.join(root, 'build/lastmile');
export const demoMap = path.join(root, 'examples/maps/neubrandenburg.osm.pbf');

/** A running server and what a client needs to use it. */
export class Server {
  /** @param {{db?: string, map?: string, args?: string[], env?: Record<string,string>, data?: string}} options */
  constructor(options = {}) {
    this.options = options;
  }

  static async start(options = {}) {
    const server = new Server(options);
    server.data = options.data ?? (await mkdtemp(path.join(tmpdir(), 'lastmile-')));
    await server.launch();
    return server;
  }

  async launch() {
    const { db, map, args = [], env = {} } = this.options;
    // Started again it is where its clients know it.
    const words = ['serve', '--listen', this.url ? new URL(this.url).host : '127.0.0.1:0', '--data', this.data, '--dev', '--log-format', 'json'];
    if (db) words.push('--db', db);
    if (map) words.push('--map', map);
    this.process = spawn(binary, [...words, ...args], { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    this.log = '';
    this.exited = new Promise((done) => this.process.once('exit', (code, signal) => done({ code, signal })));
    this.process.stderr.on('data', (chunk) => { this.log = (this.log + chunk).slice(-200_000); });
    this.url = await new Promise((done, fail) => {
      let out = '';
      this.process.stdout.on('data', (chunk) => {
        out += chunk;
        const end = out.indexOf('\n');
        if (end >= 0 && !this.announced) {
          this.announced = true;
          try { done(JSON.parse(out.slice(0, end)).url); } catch (fault) { fail(fault); }
        }
      });
      this.exited.then(({ code, signal }) => fail(new Error(`the server ended (${code ?? signal}) before it listened:\n${this.log}`)));
    });
    this.announced = false;
  }

  /** The process dies as in a crash; `launch()` brings the same data up again. */
  async kill() {
    this.process.kill('SIGKILL');
    await this.exited;
  }

  async restart() {
    await this.kill();
    await this.launch();
  }

  /** SIGTERM, and the exit code. */
  async stop({ keep = false } = {}) {
    this.process.kill('SIGTERM');
    const { code } = await this.exited;
    if (!keep && !this.options.data) await rm(this.data, { recursive: true, force: true });
    return code;
  }

  /** A new API key, made by the command line through the running server. */
  async key({ tenant = 'acme', role = 'admin', partition = 'live' } = {}) {
    const words = ['keys', 'create', '--data', this.data, '--tenant', tenant, '--role', role, '--partition', partition, '--unlimited'];
    if (this.options.db) words.push('--db', this.options.db);
    const { stdout } = await run(binary, words);
    return stdout.trim();
  }

  async client(options = {}) {
    return new Client(this, await this.key(options));
  }

  async listenFile() {
    return (await readFile(path.join(this.data, 'listen'), 'utf8')).trim();
  }
}

/** Asks again until it holds, for a bounded time: for what follows from a commit (the log's order on PostgreSQL, views that are noted, jobs). */
export async function until(holds, patience = 20_000) {
  for (const end = Date.now() + patience; Date.now() < end;) {
    if (await holds()) return true;
    await new Promise((done) => setImmediate(done));
  }
  return false;
}

/** fetch with a key and a base path; answers {status, headers, body}. Never throws on a status. Reads of the log see what this client has written before. */
export class Client {
  constructor(server, key) {
    this.server = server;
    this.key = key;
  }

  async call(method, target, body, headers = {}) {
    const given = body !== undefined;
    const raw = typeof body === 'string' || body instanceof Uint8Array;
    const answer = await fetch(this.server.url + (target.startsWith('/v1') ? target : `/v1/lastmile${target}`), {
      method,
      headers: { ...(this.key ? { authorization: `Bearer ${this.key}` } : {}), ...(method === 'GET' && this.position ? { 'log-position': this.position } : {}), ...(given ? { 'content-type': 'application/json' } : {}), ...headers },
      body: given ? (raw ? body : JSON.stringify(body)) : undefined,
    });
    if (method !== 'GET') this.position = answer.headers.get('log-position') ?? this.position;
    const text = await answer.text();
    let parsed = text;
    if (text && /json/.test(answer.headers.get('content-type') ?? '')) parsed = JSON.parse(text);
    return { status: answer.status, headers: answer.headers, body: parsed };
  }

  get(target, headers) { return this.call('GET', target, undefined, headers); }
  post(target, body, headers) { return this.call('POST', target, body ?? {}, headers); }
  patch(target, body, headers) { return this.call('PATCH', target, body, headers); }
  put(target, body, headers) { return this.call('PUT', target, body, headers); }
  delete(target, headers) { return this.call('DELETE', target, undefined, headers); }

  /** Like call, and fails with the problem when the status is not the one expected. */
  async expect(status, method, target, body, headers) {
    const answer = await this.call(method, target, body, headers);
    if (answer.status !== status) throw new Error(`${method} ${target}: ${answer.status}, not ${status}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  }
}

// Stands in for the binary where a test is about the pages alone: the built files with the binary's own headers, the read API, one event stream.
import { existsSync, readFileSync } from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeDay } from './day.mjs';
import { loadStreets } from './streets.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..');
export const dist = path.join(root, 'web/dist');
// The policy under test is the one in the binary's source, not a copy of it.
const policy = [...readFileSync(path.join(root, 'app/static_files.cpp'), 'utf8').matchAll(/content_security_policy =\s*((?:"[^"]*"\s*)+);/g)][0][1].replace(/"\s*"/g, '').replaceAll('"', '').replaceAll('{0}', '').trim();
const types = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.woff2': 'font/woff2' };
export const goodKey = 'lm_test_dispatcher';
let streets;

const photo = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 244 184"><rect width="244" height="184" fill="#b9c6d6"/><rect x="92" y="20" width="60" height="120" fill="#6b4a34"/><circle cx="142" cy="84" r="4" fill="#e8c46a"/><rect x="0" y="140" width="244" height="44" fill="#8c8f96"/><rect x="76" y="112" width="52" height="38" fill="#c99a5b"/><path d="M76 126h52M102 112v38" stroke="#a87c42" stroke-width="3"/></svg>`;
const signature = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 244 184"><rect width="244" height="184" fill="#fff"/><path d="M30 118c20-70 40-80 44-52s-24 66-10 62 26-58 38-56-6 46 8 44 18-40 30-38 0 34 14 32 20-26 60-30" fill="none" stroke="#23304f" stroke-width="5" stroke-linecap="round"/></svg>`;

export async function startMock(options = {}) {
  streets ??= loadStreets();
  const day = makeDay(streets, options);
  const streams = new Set();
  const state = { day, offline: false, forbidden: new Set(options.forbidden ?? []), requests: [], openapi: options.openapi };
  let last = 5000;
  const bounds = [...streets.main].reduce((b, id) => { const [x, y] = streets.nodes.get(id); return [Math.min(b[0], x), Math.min(b[1], y), Math.max(b[2], x), Math.max(b[3], y)]; }, [180, 90, -180, -90]);

  const send = (response, status, body, type = 'application/json', headers = {}) => { response.writeHead(status, { 'Content-Type': type, 'X-Request-ID': 'req_mock', ...headers }); response.end(typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body)); };
  const problem = (response, status, code, title) => send(response, status, { type: 'about:blank', status, code, title }, 'application/problem+json');
  const page = (response, rows, query) => { const limit = Number(query.get('limit') ?? 50), at = Number(query.get('cursor') ?? 0); send(response, 200, { data: rows.slice(at, at + limit), next_cursor: at + limit < rows.length ? String(at + limit) : null }); };

  function roads(response, query) {
    const [west, south, east, north] = query.get('bbox').split(',').map(Number);
    const zoom = Number(query.get('zoom'));
    const wanted = zoom < 11 ? /^(motorway|trunk|primary|secondary)/ : zoom < 12 ? /^(motorway|trunk|primary|secondary|tertiary)/ : zoom < 13 ? /^(?!footway|path|steps|service|track|cycleway)/ : /./;
    const inside = streets.ways.filter((way) => wanted.test(way.class) && way.line.length > 1 && way.line.some(([x, y]) => x >= west && x <= east && y >= south && y <= north));
    send(response, 200, { type: 'FeatureCollection', features: inside.map((way) => ({ type: 'Feature', properties: { class: way.class, ...(way.name ? { name: way.name } : {}) }, geometry: { type: 'LineString', coordinates: way.line } })) }, 'application/geo+json');
  }

  function track(response, query) {
    const delivery = day.deliveries.find((d) => d.tracking_number === query.get('tracking_number'));
    if (!delivery) return problem(response, 404, 'not_found', 'No such delivery');
    const run = day.runs.find((r) => r.assignment.id === delivery.assignment?.assignment_id);
    const stops = run?.assignment.route.stops ?? [];
    const mine = stops.findIndex((s) => s.delivery_ids.includes(delivery.id));
    const before = stops.slice(0, Math.max(0, mine)).filter((s) => s.status === 'pending').length;
    const near = delivery.status === 'enroute' && before <= 1;
    const eta = Date.parse(delivery.assignment?.eta ?? 0);
    send(response, 200, {
      tracking_number: delivery.tracking_number, delivery_id: delivery.id, status: delivery.status, phase: delivery.phase, status_text: null, time_zone: 'Europe/Berlin',
      eta_window: delivery.status === 'delivered' || !delivery.assignment ? null : { from: new Date(eta - 10 * 60_000).toISOString(), to: new Date(eta + 15 * 60_000).toISOString() },
      stops_before: delivery.status === 'enroute' ? before : null, progress_pct: delivery.status === 'delivered' ? 100 : stops.length ? Math.round((100 * stops.filter((s) => s.status !== 'pending').length) / Math.max(1, mine + 1)) : 0,
      driver: run ? { first_name: run.driver.name.split(' ')[0], ...(near ? { location: run.driver.location, location_age_s: 6 } : {}) } : null, ...(near ? { destination: delivery.dropoff.location } : {}),
      proof: delivery.status === 'delivered' ? { delivered_at: day.pods.get(delivery.id)?.[0].delivered_at, photos: [{ url: '/mock/photo.svg' }], signature: { url: '/mock/signature.svg' } } : null,
      actions: [], brand: { name: 'Seeblick Versand', color: '#0f766e', support_phone: '+49 395 123 456' },
    });
  }

  function api(request, response, url) {
    const parts = url.pathname.replace('/v1/lastmile/', '').split('/');
    if (url.pathname === '/v1/lastmile/public/track') return track(response, url.searchParams);
    const isMap = url.pathname.startsWith('/v1/lastmile/map/');
    if (!isMap && request.headers.authorization !== `Bearer ${goodKey}`) return problem(response, 401, 'unauthenticated', 'No such key');
    if (state.forbidden.has(parts[0])) return problem(response, 403, 'forbidden', 'The key lacks a scope');
    const [noun, id, sub] = parts;
    if (noun === 'map' && id === 'info') return options.noMap ? problem(response, 404, 'no_map', 'No map') : send(response, 200, { bounds, name: 'Neubrandenburg', attribution: '© OpenStreetMap contributors' });
    if (noun === 'map' && id === 'areas') return problem(response, 404, 'not_found', 'No areas');
    if (noun === 'map') return options.noMap ? problem(response, 404, 'no_map', 'No map') : roads(response, url.searchParams);
    if (noun === 'streams') {
      response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache' });
      response.write('retry: 200\n\n: hello\n\n');
      streams.add(response);
      state.resumedFrom = request.headers['last-event-id'] ?? null;
      response.on('close', () => streams.delete(response));
      return;
    }
    const rows = { deliveries: day.deliveries, drivers: day.drivers, hubs: [day.hub], assignments: day.assignments, exceptions: day.exceptions }[noun];
    if (!rows) return problem(response, 404, 'not_found', 'No such path');
    if (!id) return page(response, rows, url.searchParams);
    const row = rows.find((r) => r.id === id);
    if (!row) return problem(response, 404, 'not_found', 'No such thing');
    if (sub === 'timeline') return page(response, day.timelines.get(id), url.searchParams);
    if (sub === 'pod') return send(response, 200, { data: day.pods.get(id) ?? [] });
    send(response, 200, row);
  }

  const server = http.createServer((request, response) => {
    const url = new URL(request.url, 'http://mock');
    state.requests.push(`${request.method} ${url.pathname}`);
    if (state.offline) return request.socket.destroy();
    if (url.pathname.startsWith('/v1/')) return api(request, response, url);
    if (url.pathname === '/openapi.json') return state.openapi ? send(response, 200, state.openapi) : problem(response, 404, 'not_found', 'none');
    if (url.pathname.startsWith('/mock/')) return send(response, 200, url.pathname.includes('photo') ? photo : signature, 'image/svg+xml');
    const name = /^\/(console|track|docs)(\/|$)/.test(url.pathname) ? `/${url.pathname.split('/')[1]}.html` : url.pathname;
    const file = path.join(dist, path.normalize(name));
    if (!file.startsWith(dist) || !existsSync(file)) return send(response, 404, 'none', 'text/plain');
    send(response, 200, readFileSync(file), types[path.extname(file)] ?? 'application/octet-stream', { 'Content-Security-Policy': policy, 'X-Content-Type-Options': 'nosniff' });
  });
  await new Promise((done) => server.listen(options.port ?? 0, '127.0.0.1', done));

  const frame = (text) => { for (const stream of streams) stream.write(text); };
  return Object.assign(state, {
    url: `http://127.0.0.1:${server.address().port}`,
    streams,
    /** To all streams, as an event of the log. */
    event(event) { frame(`id: ${++last}\ndata: ${JSON.stringify({ ...event, sequence: last })}\n\n`); },
    positions(positions) { frame(`event: positions\ndata: ${JSON.stringify({ type: 'positions', data: positions })}\n\n`); },
    reset() { frame('event: reset\ndata: {}\n\n'); },
    /** Moves the day and tells everybody. */
    advance(at) { const { events, positions } = day.advance(at); for (const event of events) this.event(event); if (positions.length) this.positions(positions); return events; },
    cut() { for (const stream of streams) stream.destroy(); },
    async close() { for (const stream of streams) stream.destroy(); server.closeAllConnections(); await new Promise((done) => server.close(done)); },
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const mock = await startMock({ port: Number(process.argv[2] ?? 8090) });
  setInterval(() => mock.advance(Date.now()), 1000);
  console.log(`${mock.url}/console#key=${goodKey}`);
}

// How long dispatchers wait: `node bench/planning.mjs [--db URL]`. On the demo's map:
//   auto     one new delivery into a running day of 2,000 stops (60 drivers); median and worst of 21
//   preview  100 deliveries over 10 drivers; median of 7, and the cost against a search of 60 s (--long)
// Prints one line of JSON for each.
import { Server, demoMap } from '../tests/harness/server.mjs';

const args = process.argv.slice(2);
const db = args.includes('--db') ? args[args.indexOf('--db') + 1] : undefined;
const server = await Server.start({ map: demoMap, db });
const random = ((state) => () => (state = (state * 1103515245 + 12345) % 2147483648) / 2147483648)(42);
const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
const line = (name, figures) => console.log(JSON.stringify({ bench: name, store: db ? 'postgresql' : 'sqlite', ...figures }));

async function world(tenant, drivers) {
  const ops = await server.client({ tenant });
  const hub = await ops.expect(201, 'POST', '/hubs', { name: 'Hub', address: { line1: 'Markt', location: { lat: 53.5572, lon: 13.2611 } } });
  const fleet = [];
  for (let i = 0; i < drivers; i += 1) {
    const vehicle = await ops.expect(201, 'POST', '/vehicles', { type: 'van', warehouse: hub.id, costs: { per_hour: { amount: 2500, currency: 'EUR' }, per_km: { amount: 40, currency: 'EUR' } } });
    fleet.push(await ops.expect(201, 'POST', '/drivers', { name: `Driver ${i}`, vehicle_id: vehicle.id, home_hub_id: hub.id, status: 'available' }));
  }
  const deliveries = async (n) => (await ops.expect(201, 'POST', '/deliveries', Array.from({ length: n }, (_, i) => ({
    packages: [{ weight: 1500, volume: 9000 }], pickup: { hub_id: hub.id },
    dropoff: { address: { line1: `Weg ${i}`, location: { lat: 53.53 + 0.055 * random(), lon: 13.215 + 0.09 * random() } } },
  })))).data.map((d) => d.id);
  return { ops, fleet, deliveries };
}
async function timed(work) {
  const began = performance.now();
  const value = await work();
  return [performance.now() - began, value];
}

try {
  if (!args.includes('--only-auto')) {
    const w = await world('preview', 10);
    const ids = await w.deliveries(100);
    const times = [], costs = [];
    for (let i = 0; i < 7; i += 1) {
      const [ms, plan] = await timed(() => w.ops.expect(200, 'POST', '/optimizer/preview', { delivery_ids: ids }));
      times.push(ms), costs.push(plan.cost.total.amount);
      if (plan.unassigned.length) throw new Error('not all are planned');
    }
    const figures = { median_ms: Math.round(median(times)), worst_ms: Math.round(Math.max(...times)), cost: median(costs) };
    if (args.includes('--long')) {
      const job = await w.ops.expect(202, 'POST', '/optimizer/preview', { delivery_ids: ids, budget_s: 60 });
      for (;;) {
        const seen = await w.ops.expect(200, 'GET', job.links.self);
        if (seen.status === 'done') { figures.cost_60s = seen.result.cost.total.amount; break; }
        await new Promise((later) => setTimeout(later, 500));
      }
      figures.gap_pct = Number(((figures.cost / figures.cost_60s - 1) * 100).toFixed(2));
    }
    line('preview 100/10', figures);
  }
  if (!args.includes('--only-preview')) {
    const w = await world('running', 60);
    for (const driver of w.fleet) {
      const ids = await w.deliveries(33);
      const plan = await w.ops.expect(200, 'POST', '/assignments/auto', { delivery_ids: ids, driver_ids: [driver.id] });
      const id = plan.assignments[0].assignment_id;
      const token = await w.ops.expect(200, 'POST', `/drivers/${driver.id}/impersonate-token`, { minutes: 60 });
      const as = { authorization: `Bearer ${token.token}` };
      const app = async (target) => {
        const answer = await fetch(`${server.url}/v1/lastmile/driver-api${target}`, { method: 'POST', headers: as });
        if (!answer.ok) throw new Error(`${target}: ${answer.status} ${await answer.text()}`);
      };
      await app(`/assignments/${id}/accept`);
      await app(`/assignments/${id}/start-route`);
      for (const stop of plan.assignments[0].route.stops.slice(0, 1)) {
        await app(`/stops/${stop.stop_id}/arrive`);
        await app(`/stops/${stop.stop_id}/complete`);
      }
    }
    const times = [];
    for (let i = 0; i < 21; i += 1) {
      const [id] = await w.deliveries(1);
      const [ms, plan] = await timed(() => w.ops.expect(200, 'POST', '/assignments/auto', { delivery_ids: [id] }));
      if (plan.assignments.length !== 1) throw new Error(JSON.stringify(plan.unassigned));
      times.push(ms);
    }
    line('auto 1 into 2000', { median_ms: Math.round(median(times)), worst_ms: Math.round(Math.max(...times)) });
  }
} finally {
  await server.stop();
}

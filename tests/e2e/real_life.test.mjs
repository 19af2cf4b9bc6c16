// One delivery's life on the real binary, seen by a dispatcher and by the recipient at the same time: nobody reloads, both see it move.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { once } from 'node:events';
import { after, before, describe, test } from 'node:test';
import { binary, Client, demoMap, Server } from '../harness/server.mjs';
import { launch, mapIdle, openPage } from './browser.mjs';
import { shot } from './shots.mjs';

const ready = existsSync(binary) && existsSync(demoMap);
const phone = { viewport: { width: 390, height: 780 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };

describe('a delivery moves live on the real binary', { skip: ready ? false : 'the binary or the map is not there' }, () => {
  let browser, server, client, built, town;
  before(async () => {
    browser = await launch();
    server = await Server.start({ map: demoMap });
    client = new Client(server, await server.key({ partition: 'test' }));
    built = (await fetch(`${server.url}/console`)).status === 200;
    await client.expect(200, 'PATCH', '/policies', { proof: { dropoff: [] } });
  });
  after(async () => {
    town?.kill('SIGTERM');
    await browser?.close();
    await server?.stop();
  });

  test('from created to delivered on console and tracking page, without a reload', async (t) => {
    if (!built) return t.skip('built without web/dist');
    const hub = await client.expect(201, 'POST', '/hubs', { name: 'Hub Mitte', address: { line1: 'Ringstraße 1', location: { lat: 53.5535, lon: 13.2525 } } });
    const vehicle = await client.expect(201, 'POST', '/vehicles', { type: 'van', capacity: { parcels: 20 }, warehouse: hub.id });
    const driver = await client.expect(201, 'POST', '/drivers', { name: 'Ada Fahrer', home_hub_id: hub.id, vehicle_id: vehicle.id });
    const { token } = await client.expect(200, 'POST', `/drivers/${driver.id}/impersonate-token`, { minutes: 60 });
    const app = new Client(server, token);
    const say = (path, body) => app.expect(200, 'POST', `/driver-api/${path}`, body);

    const desk = await openPage(browser, server.url);
    await desk.goto(`${server.url}/console#key=${client.key}`);
    await desk.locator('[data-link=live]').waitFor();
    const marked = (page) => page.evaluate(() => { window.sameDocument = true; });
    await marked(desk);

    const made = await client.expect(201, 'POST', '/deliveries', {
      order_id: 'L-1', packages: [{ package_id: 'L-1-1', weight: 1200 }], pickup: { hub_id: hub.id },
      dropoff: { address: { line1: 'Turmstraße 5', postal_code: '17033', city: 'Neubrandenburg', location: { lat: 53.5572, lon: 13.2611 } }, recipient: { name: 'Jane Roe' } },
    });
    const row = desk.locator('.row', { hasText: 'Jane Roe' });
    await row.waitFor();
    const shows = (chip) => row.getByText(chip, { exact: true }).waitFor();
    await shows('Requested');
    await row.click();
    await desk.locator('aside').getByText('Jane Roe').first().waitFor();

    const track = await openPage(browser, server.url, phone);
    await track.goto(`${server.url}/track/${made.tracking_number}`);
    await track.locator('h1').waitFor();
    await marked(track);
    const told = async (sentence) => track.getByRole('heading', { name: sentence }).waitFor();

    const { assignment } = await client.expect(200, 'POST', `/drivers/${driver.id}/assign`, { delivery_ids: [made.id] });
    await shows('Assigned');
    await say(`assignments/${assignment.id}/accept`);
    await say('scan', { action: 'load', package_id: made.packages[0].id });
    const started = await say(`assignments/${assignment.id}/start-route`);
    await shows('En route');
    await told(/on its way/);
    const [dock, door] = started.assignment.route.stops;
    await say(`stops/${dock.stop_id}/arrive`);
    await say(`stops/${dock.stop_id}/complete`);
    await app.call('POST', '/driver-api/location', { location: { lat: 53.5555, lon: 13.2575, accuracy_meters: 5 }, speed: 8, heading: 40 });
    await desk.waitForFunction(() => [...(window.lastmileMap?.drivers.motion.ids() ?? [])].length === 1);
    await track.getByText('Ada').first().waitFor();
    await track.locator('canvas').waitFor();
    await shot(track, 'tracking-live');
    await mapIdle(desk);
    await shot(desk, 'console-live');

    await say(`stops/${door.stop_id}/arrive`);
    await say(`stops/${door.stop_id}/complete`, { status: 'delivered' });
    await shows('Delivered');
    await desk.locator('aside').getByText('Delivered').first().waitFor();
    await told(/has arrived/);
    for (const page of [desk, track]) {
      assert.equal(await page.evaluate(() => window.sameDocument), true, 'the page was loaded anew');
      assert.deepEqual(page.faults, []);
      await page.context().close();
    }
  });

  test('a living town: vans on the streets, numbers that move', async (t) => {
    if (!built) return t.skip('built without web/dist');
    town = spawn(binary, ['simulate', '--url', server.url, '--key', client.key, '--speed', '20', '--deliveries', '120'], { stdio: ['ignore', 'pipe', 'inherit'] });
    let story = '';
    town.stdout.on('data', (chunk) => { story += chunk; });
    const desk = await openPage(browser, server.url);
    await desk.goto(`${server.url}/console#key=${client.key}`);
    const value = async (label) => Number.parseInt(await desk.locator('.kpi', { has: desk.getByText(label, { exact: true }) }).locator('.value').innerText(), 10);
    await desk.waitForFunction(() => Number.parseInt([...document.querySelectorAll('.kpi')].find((k) => /En route/.test(k.textContent))?.querySelector('.value')?.textContent ?? '0', 10) >= 30);
    const before = await value('Delivered');
    await desk.waitForFunction((n) => Number.parseInt([...document.querySelectorAll('.kpi')].find((k) => /Delivered/.test(k.textContent))?.querySelector('.value')?.textContent ?? '0', 10) >= n + 3, before);
    assert.ok((await value('En route')) > 10, story);
    await mapIdle(desk);
    await shot(desk, 'console-town');
    const place = () => desk.evaluate(() => JSON.stringify([...window.lastmileMap.drivers.motion.ids()]));
    assert.ok(JSON.parse(await place()).length >= 5, await place());
    assert.deepEqual(desk.faults, []);
    town.kill('SIGTERM');
    const [code] = await once(town, 'exit');
    assert.equal(code, 0);
    town = null;
    await desk.context().close();
  });
});

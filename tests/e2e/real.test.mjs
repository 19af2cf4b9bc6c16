// The console on the real binary: what the API was told is what the dispatcher sees.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { binary, Client, demoMap, Server } from '../harness/server.mjs';
import { axe, launch, mapIdle, openPage } from './browser.mjs';
import { shot } from './shots.mjs';

const ready = existsSync(binary) && existsSync(demoMap);

describe('console on the real binary', { skip: ready ? false : 'the binary or the map is not there' }, () => {
  let browser, server, client, built;
  before(async () => {
    browser = await launch();
    server = await Server.start({ map: demoMap });
    client = new Client(server, await server.key());
    built = (await fetch(`${server.url}/console`)).status === 200;
  });
  after(async () => { await browser?.close(); await server?.stop(); });

  const door = (i) => ({ line1: `Turmstraße ${i + 1}`, postal_code: '17033', city: 'Neubrandenburg', country: 'DE', location: { lat: 53.5565 + 0.0014 * (i % 5), lon: 13.2583 + 0.0023 * Math.floor(i / 5) } });

  test('hub, driver and deliveries appear in list and on the map, and one delivery with its particulars', async (t) => {
    if (!built) return t.skip('built without web/dist');
    const hub = await client.expect(201, 'POST', '/hubs', { name: 'Hub Mitte', address: { line1: 'Ringstraße 1', location: { lat: 53.5535, lon: 13.2525 } } });
    await client.expect(201, 'POST', '/drivers', { name: 'Ada Fahrer', home_hub_id: hub.id, status: 'on_shift', location: { lat: 53.5555, lon: 13.2605 } });
    const wanted = Array.from({ length: 25 }, (_, i) => ({
      order_id: `A-${100 + i}`, packages: [{ package_id: `P-${i}`, weight: 900 + i }], pickup: { hub_id: hub.id },
      dropoff: { address: door(i), recipient: { name: `Recipient ${String.fromCharCode(65 + i)}` }, ...(i % 2 ? { window: { from: '2030-01-01T08:00:00Z', to: '2030-01-01T10:00:00Z' } } : {}) },
    }));
    const made = await client.expect(201, 'POST', '/deliveries', wanted);
    assert.equal(made.data.length, 25);

    const page = await openPage(browser, server.url);
    await page.goto(`${server.url}/console#key=${client.key}`);
    await page.getByText('25 deliveries').waitFor();
    await page.getByRole('button', { name: /^Scheduled/ }).first().waitFor();
    await mapIdle(page);
    const drawn = await page.evaluate(() => {
      const { gl, drivers } = window.lastmileMap;
      const ids = (layer) => new Set(gl.queryRenderedFeatures({ layers: [layer] }).map((f) => f.properties.id ?? f.properties.name)).size;
      return { stops: ids('stops'), hubs: ids('hubs'), streets: gl.queryRenderedFeatures({ layers: ['streets', 'tertiary', 'main'] }).length, drivers: [...drivers.motion.ids()].length };
    });
    assert.deepEqual({ stops: drawn.stops, hubs: drawn.hubs, drivers: drawn.drivers }, { stops: 25, hubs: 1, drivers: 1 });
    assert.ok(drawn.streets > 30, `${drawn.streets} streets`);

    await page.getByRole('searchbox').fill('A-102');
    await page.locator('.row').first().click();
    const panel = page.locator('aside');
    for (const what of ['Recipient C', 'Turmstraße 3', 'Hub Mitte', 'P-2', 'A-102']) await panel.getByText(what).first().waitFor();
    assert.deepEqual(await axe(page), []);
    assert.deepEqual(page.faults, []);
    await shot(page, 'console-binary');
    await page.context().close();
  });

  test('a key without rights is told so', async (t) => {
    if (!built) return t.skip('built without web/dist');
    const page = await openPage(browser, server.url);
    await page.goto(`${server.url}/console`);
    await page.getByLabel('API key').fill('lm_live_not_a_key');
    await page.keyboard.press('Enter');
    await page.getByText(/not accepted/).waitFor();
    assert.deepEqual(page.faults, []);
    await page.context().close();
  });
});

// The dispatcher's console against a scripted day: what is shown, what moves, what a keyboard can do, what a broken line looks like.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { axe, launch, mapIdle, openPage } from './browser.mjs';
import { dist, goodKey, startMock } from './mock/server.mjs';
import { shot } from './shots.mjs';

const built = existsSync(path.join(dist, 'console.html'));

describe('console', { skip: built ? false : 'web/dist is not built' }, () => {
  // `plain` has no streets: most tests need none, and drawing them by software is what takes the time.
  let browser, mock, plain;
  const minute = 60_000;
  before(async () => { browser = await launch(); [mock, plain] = await Promise.all([startMock(), startMock({ noMap: true })]); });
  after(async () => { await browser?.close(); await mock?.close(); await plain?.close(); });

  async function open(options = {}, server = mock, hash = `#key=${goodKey}`) {
    const page = await openPage(browser, server.url, options);
    await page.goto(`${server.url}/console${options.query ?? ''}${hash}`);
    return page;
  }
  const done = async (page, faults = []) => { assert.deepEqual(page.faults, faults); await page.context().close(); };
  /** Something outside the page has happened; the page's own frames are the clock. */
  async function until(page, fact) {
    while (!fact()) await page.evaluate(() => new Promise((done) => setTimeout(done, 20)));
  }
  const text = (page, selector) => page.locator(selector).first().innerText();
  const kpi = async (page, label) => (await page.locator('.kpi', { has: page.getByText(label, { exact: true }) }).locator('.value').innerText()).trim();

  test('asks for a key, explains a refused one, and keeps the good one out of the address bar', async () => {
    const page = await open({}, plain, '');
    await page.getByLabel('API key').fill('wrong');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').waitFor();
    assert.match(await text(page, '[role=alert]'), /not accepted/);
    assert.deepEqual(await axe(page), []);
    await page.getByLabel('API key').fill(goodKey);
    await page.keyboard.press('Enter');
    await page.locator('.row').first().waitFor();
    await page.reload();
    await page.locator('.row').first().waitFor();
    await done(page);

    const linked = await open({}, plain);
    await linked.locator('.row').first().waitFor();
    assert.ok(!linked.url().includes(goodKey));
    assert.equal(await linked.evaluate(() => localStorage.getItem('lastmile.key')), null);
    await done(linked);
  });

  test('shows the day: numbers, list, map, live', async () => {
    const page = await open();
    await page.locator('[data-link=live]').waitFor();
    await page.waitForFunction((n) => document.querySelector('.sum')?.textContent.includes(`${n} deliveries`), mock.day.deliveries.length);
    const open_ = mock.day.deliveries.filter((d) => ['requested', 'scheduled', 'assigned', 'enroute'].includes(d.status)).length;
    assert.equal(await kpi(page, 'Open'), String(open_));
    assert.equal(await kpi(page, 'Drivers'), '10/10');
    await mapIdle(page);
    const drawn = await page.evaluate(() => {
      const { gl } = window.lastmileMap;
      const count = (layers) => gl.queryRenderedFeatures({ layers }).length;
      return { streets: count(['streets', 'main', 'tertiary']), stops: count(['stops']), routes: count(['routes-dim']), hubs: count(['hubs']) };
    });
    assert.ok(drawn.streets > 50 && drawn.stops > 100 && drawn.routes > 3 && drawn.hubs === 1, JSON.stringify(drawn));
    // Rows outside the view are not in the document, however many there are.
    assert.ok((await page.locator('.row').count()) < 40);
    assert.deepEqual(await axe(page), []);
    await shot(page, 'console-light');
    await done(page);
  });

  test('an event changes row, number and map without asking for lists again', async () => {
    const page = await open();
    await page.locator('.row').first().waitFor();
    await mapIdle(page);
    const delivery = mock.day.deliveries.find((d) => d.status === 'enroute');
    const before = Number(await kpi(page, 'Delivered'));
    mock.requests.length = 0;
    Object.assign(delivery, { status: 'delivered', phase: 'full', version: delivery.version + 1 });
    mock.event({ type: 'delivery.delivered', delivery_id: delivery.id, data: { status: 'delivered', phase: 'full' } });
    await page.waitForFunction((n) => [...document.querySelectorAll('.kpi')].some((k) => k.textContent.includes('Delivered') && k.textContent.includes(n)), String(before + 1));
    await page.waitForFunction((id) => window.lastmileMap.gl.querySourceFeatures('stops').some((f) => f.properties.id === id && f.properties.status === 'delivered'), delivery.id);
    assert.deepEqual(mock.requests.filter((r) => r.endsWith('/deliveries')), []);
    await done(page);
  });

  test('drivers glide from fix to fix', async () => {
    const page = await open();
    await page.locator('.row').first().waitFor();
    await mapIdle(page);
    const driver = mock.day.runs[0].driver;
    const { lat, lon } = driver.location;
    const at = Date.now() + minute;
    // Where the driver will be is a function of time: asked ahead, so that a slow frame cannot miss the way.
    const way = (goal) => page.evaluate(async ([id, lat]) => {
      const { motion } = window.lastmileMap.drivers;
      const there = () => Math.abs(motion.pose(id, performance.now() + 60_000)?.lat - lat) < 1e-7;
      while (!there()) await new Promise((done) => setTimeout(done, 10));
      const now = performance.now();
      return Array.from({ length: 200 }, (_, i) => motion.pose(id, now + i * 50).lat);
    }, [driver.id, goal]);
    mock.positions([{ driver_id: driver.id, lat, lon, at: new Date(at).toISOString() }]);
    await way(lat);
    mock.positions([{ driver_id: driver.id, lat: lat + 0.002, lon, at: new Date(at + 1000).toISOString() }]);
    const lats = await way(lat + 0.002);
    assert.ok(lats.every((y, i) => i === 0 || y >= lats[i - 1] - 1e-12), 'never backwards');
    assert.ok(lats.filter((y) => y > lat + 1e-5 && y < lat + 0.00199).length >= 4, 'not in one jump');
    assert.ok(Math.abs(lats.at(-1) - (lat + 0.002)) < 1e-9);
    await done(page);
  });

  test('one delivery with its whole story, in its own address', async () => {
    const page = await open({ colorScheme: 'dark' }, plain);
    await page.locator('.row').first().waitFor();
    const delivery = plain.day.deliveries.find((d) => plain.day.pods.has(d.id));
    await page.getByRole('searchbox').fill(delivery.id);
    await page.locator('.row').first().click();
    const panel = page.locator('aside');
    await panel.getByText('Proof of delivery').waitFor();
    await panel.getByText('Delivered', { exact: true }).first().waitFor();
    for (const what of ['Timeline', 'Packages', 'Sealed', delivery.dropoff.recipient.name, 'Created']) await panel.getByText(what).first().waitFor();
    assert.match(page.url(), new RegExp(`/console/deliveries/${delivery.id}\\?q=`));
    await page.waitForFunction(() => [...document.querySelectorAll('aside img')].every((i) => i.complete && i.naturalWidth > 0));
    assert.deepEqual(await axe(page), []);
    await page.reload();
    await panel.getByText('Proof of delivery').waitFor();
    await page.keyboard.press('Escape');
    await panel.waitFor({ state: 'detached' });
    await page.goBack();
    await panel.waitFor();
    await done(page);
  });

  test('the keyboard alone is enough', async () => {
    const page = await open({}, plain);
    await page.locator('.row').first().waitFor();
    await page.keyboard.press('/');
    await page.waitForFunction(() => document.activeElement?.matches('input[type=search]'));
    await page.keyboard.type('weber');
    await page.waitForFunction(() => location.search === '?q=weber');
    await page.keyboard.press('Escape');
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    const ids = await page.locator('.row').evaluateAll((rows) => rows.map((row) => row.id.slice(4)));
    assert.ok(page.url().includes(ids[1]), 'j twice marks the second row');
    await page.keyboard.press('k');
    assert.ok(page.url().includes(ids[0]));
    await page.keyboard.press('?');
    await page.getByRole('dialog').waitFor();
    assert.deepEqual(await axe(page), []);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await page.keyboard.press('3');
    await page.getByRole('tab', { name: /Exceptions/, selected: true }).waitFor();
    await done(page);
  });

  test('a cut line says so, comes back by itself with the last id, and reloads when told to', async () => {
    const server = await startMock();
    const page = await open({}, server);
    await page.locator('[data-link=live]').waitFor();
    const { id } = server.day.deliveries[0];
    server.event({ type: 'delivery.updated', delivery_id: id, data: {} });
    await until(page, () => server.requests.includes(`GET /v1/lastmile/deliveries/${id}`));
    server.offline = true;
    server.cut();
    await page.locator('[data-link=reconnecting]').waitFor();
    server.offline = false;
    await page.locator('[data-link=live]').waitFor();
    assert.equal(server.resumedFrom, '5001');
    server.requests.length = 0;
    server.reset();
    await until(page, () => server.requests.includes('GET /v1/lastmile/deliveries'));
    await done(page);
    await server.close();
  });

  test('empty, forbidden and without a map: each says what to do', async () => {
    const server = await startMock({ deliveries: 0, noMap: true, forbidden: ['drivers', 'exceptions', 'streams'] });
    const page = await open({}, server);
    await page.getByText('No deliveries yet').waitFor();
    await page.locator('[data-link=refused]').waitFor();
    await page.getByRole('tab', { name: /Drivers/ }).click();
    await page.getByText(/drivers:read/).waitFor();
    await page.getByText(/--map FILE/).waitFor();
    assert.deepEqual(await axe(page), []);
    await done(page);
    await server.close();
  });

  test('speaks German, remembers light or dark, and stands still when asked to', async () => {
    const page = await open({ locale: 'de-DE', reducedMotion: 'reduce', colorScheme: 'light' }, plain);
    await page.locator('.row').first().waitFor();
    await page.getByRole('tab', { name: /Lieferungen/ }).waitFor();
    assert.equal(await page.evaluate(() => document.documentElement.lang), 'de');
    await page.getByRole('button', { name: 'Hell oder dunkel' }).click();
    await page.reload();
    await page.locator('.row').first().waitFor();
    assert.equal(await page.evaluate(() => getComputedStyle(document.body).backgroundColor), 'rgb(11, 14, 20)');
    assert.equal(await page.evaluate(() => document.getAnimations().filter((a) => a.effect.getTiming().iterations === Infinity).length), 0);
    await page.getByRole('button', { name: 'Sprache' }).click();
    await page.getByRole('tab', { name: /Deliveries/ }).waitFor();
    await done(page);
  });

  test('a late delivery on the map and in the panel', async () => {
    const page = await open({ colorScheme: 'dark', query: '?late=1' });
    await page.locator('.row').first().click();
    await page.getByText(/min late/).first().waitFor();
    await page.locator('aside li[data-tone]').first().waitFor();
    await mapIdle(page);
    assert.ok((await page.evaluate(() => window.lastmileMap.gl.queryRenderedFeatures({ layers: ['stop-late'] }).length)) > 0);
    // The map's credit stays in sight beside the panel.
    const credit = await page.locator('.maplibregl-ctrl-attrib').boundingBox();
    const panel = await page.locator('aside').boundingBox();
    assert.ok(credit.x + credit.width <= panel.x + 1);
    await shot(page, 'console-dark');
    await done(page);
  });
});

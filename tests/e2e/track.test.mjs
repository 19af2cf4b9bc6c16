// The recipient's page on a phone.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { axe, launch, openPage } from './browser.mjs';
import { dist, startMock } from './mock/server.mjs';
import { shot } from './shots.mjs';

const phone = { viewport: { width: 390, height: 780 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };

describe('tracking page', { skip: existsSync(path.join(dist, 'track.html')) ? false : 'web/dist is not built' }, () => {
  let browser, mock;
  before(async () => { browser = await launch(); mock = await startMock(); });
  after(async () => { await browser?.close(); await mock?.close(); });

  const stopsOf = (run) => run.assignment.route.stops;
  const pending = () => mock.day.runs.find((run) => stopsOf(run).filter((s) => s.status === 'pending').length > 3 && run.assignment.status === 'in_progress');
  const deliveryAt = (stop) => mock.day.byId.get(stop.delivery_ids[0]);
  async function open(delivery, options = {}) {
    const page = await openPage(browser, mock.url, { ...phone, ...options });
    await page.goto(`${mock.url}/track/${delivery.tracking_number}`);
    await page.locator('h1').waitFor();
    return page;
  }

  test('next in line: sentence, window, driver on a map', async () => {
    const delivery = deliveryAt(stopsOf(pending()).find((s) => s.status === 'pending'));
    const page = await open(delivery);
    assert.equal(await page.locator('h1').innerText(), 'Your delivery is on its way to you.');
    await page.getByText('You are next').waitFor();
    await page.locator('canvas').waitFor();
    await page.waitForFunction(() => { const c = document.querySelector('canvas'); return new Set(c.getContext('2d').getImageData(0, 0, c.width, c.height).data).size > 40; });
    await page.getByText('© OpenStreetMap contributors').waitFor();
    assert.deepEqual(await axe(page), []);
    await shot(page, 'tracking-phone');
    assert.deepEqual(page.faults, []);
    await page.context().close();
  });

  test('further back: how many stops before, no position', async () => {
    const stops = stopsOf(pending()).filter((s) => s.status === 'pending');
    const page = await open(deliveryAt(stops.at(-1)), { locale: 'de-DE' });
    await page.getByText(`noch ${stops.length - 1} Stopps vor Ihnen`).waitFor();
    assert.equal(await page.locator('canvas').count(), 0);
    assert.deepEqual(page.faults, []);
    await page.context().close();
  });

  test('delivered: when, and the proof', async () => {
    const page = await open(mock.day.deliveries.find((d) => d.status === 'delivered'), { colorScheme: 'dark' });
    assert.equal(await page.locator('h1').innerText(), 'Your delivery has arrived.');
    await page.waitForFunction(() => [...document.images].length >= 2 && [...document.images].every((i) => i.complete && i.naturalWidth));
    assert.deepEqual(await axe(page), []);
    assert.deepEqual(page.faults, []);
    await page.context().close();
  });

  test('an unknown number says what to do', async () => {
    const page = await open({ tracking_number: 'NOSUCHNUMBER' });
    assert.equal(await page.locator('h1').innerText(), 'We do not know this number');
    assert.deepEqual(await axe(page), []);
    await page.context().close();
  });
});

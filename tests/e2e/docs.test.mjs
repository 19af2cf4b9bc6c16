// The API reference.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { axe, launch, openPage } from './browser.mjs';
import { dist, startMock } from './mock/server.mjs';

const openapi = {
  openapi: '3.1.0', info: { title: 'lastmile', version: '1' },
  paths: {
    '/v1/lastmile/deliveries': {
      get: { operationId: 'list_deliveries', tags: ['deliveries'], summary: 'List deliveries', parameters: [{ name: 'limit', in: 'query', schema: { type: 'integer' } }], responses: { 200: { description: 'a page' } } },
      post: { operationId: 'create_delivery', tags: ['deliveries'], summary: 'Create a delivery', requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Create' } } } }, responses: { 201: { description: 'created' } } },
    },
    '/v1/lastmile/drivers/{driver_id}': { delete: { operationId: 'delete_driver', tags: ['drivers'], summary: 'Deactivate', responses: { 204: { description: 'done' } } } },
  },
  components: { schemas: { Create: { type: 'object', required: ['dropoff'], properties: { dropoff: { type: 'object', properties: { line1: { type: 'string', description: 'street', example: 'Turmstraße 5' } } } } } } },
};

describe('API reference', { skip: existsSync(path.join(dist, 'docs.html')) ? false : 'web/dist is not built' }, () => {
  let browser, mock;
  before(async () => { browser = await launch(); mock = await startMock({ openapi }); });
  after(async () => { await browser?.close(); await mock?.close(); });

  test('an operation has an address, its schema opens, its example is a command', async () => {
    const page = await openPage(browser, mock.url);
    await page.goto(`${mock.url}/docs#create_delivery`);
    await page.locator('details#create_delivery[open]').waitFor();
    assert.match(await page.locator('pre').first().innerText(), /curl -s -X POST[\s\S]*Turmstraße 5/);
    await page.getByRole('button', { name: 'dropoff' }).click();
    await page.getByText('street').waitFor();
    assert.deepEqual(await axe(page), []);
    await page.getByRole('searchbox').fill('driv');
    assert.equal(await page.locator('main > details').count(), 1);
    assert.deepEqual(page.faults, []);
    // The reference costs the console nothing.
    assert.ok(!mock.requests.some((r) => r.includes('/assets/console') || r.includes('maplibre')));
    await page.context().close();
  });
});

// Webhooks through the real binary, judged by a foreign verifier, on both stores.
import { test, describe, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { Webhook } from 'standardwebhooks';
import { eventually, Receiver } from '../harness/receiver.mjs';
import { Server } from '../harness/server.mjs';
import { stores } from '../harness/postgres.mjs';

const { postgres, list } = await stores();
after(() => postgres.stop());

for (const [name, db] of await list()) {
  describe(`webhooks on ${name}`, () => {
    let server, api, hook;
    const area = (n) => ({ name: n, geometry: { type: 'Polygon', coordinates: [[[13, 53], [14, 53], [14, 54], [13, 54], [13, 53]]] }, time_zone: 'Europe/Berlin' });
    before(async () => {
      server = await Server.start({ db });
      api = await server.client({ role: 'admin', partition: 'test' });
    });
    after(() => server?.stop());
    const open = async (events, more = {}) => {
      hook = await Receiver.open();
      return api.expect(201, 'POST', '/webhooks', { url: hook.url, events, ...more });
    };

    test('a foreign verifier accepts what arrives, also while the secret is rotated', async () => {
      const made = await open(['area.*']);
      assert.match(made.secret, /^whsec_/);
      assert.equal((await api.get(`/webhooks/${made.webhook_id}`)).body.secret, undefined);
      const created = await api.expect(201, 'POST', '/areas', area('one'));
      const [first] = await hook.until((calls) => calls.length >= 1, 'area.created');
      assert.deepEqual(new Webhook(made.secret).verify(first.body, first.headers), first.event);
      assert.throws(() => new Webhook(made.secret).verify(first.body + ' ', first.headers));
      assert.equal(first.event.type, 'area.created');
      assert.equal(first.event.data.id, created.id);
      assert.equal(first.event.tenant, 'acme');
      assert.equal(first.headers['webhook-id'], first.event.id);
      const listed = (await api.get(`/events?type=area.*&after=${first.event.sequence - 1}`)).body.data[0];
      assert.deepEqual(listed, first.event);

      const rotated = await api.expect(200, 'POST', `/webhooks/${made.webhook_id}/rotate-secret`, {});
      assert.notEqual(rotated.secret, made.secret);
      await api.expect(201, 'POST', '/areas', area('two'));
      const second = (await hook.until((calls) => calls.length >= 2, 'the second'))[1];
      for (const secret of [made.secret, rotated.secret]) new Webhook(secret).verify(second.body, second.headers);
      await api.expect(204, 'DELETE', `/webhooks/${made.webhook_id}`);
      assert.equal((await api.get(`/webhooks/${made.webhook_id}`)).status, 404);
      hook.close();
    });

    test('what fails is tried again under the same id, in order, and holds nothing else', async () => {
      const made = await open(['area.*']);
      const one = await api.expect(201, 'POST', '/areas', area('stuck'));
      await hook.until((calls) => calls.length === 1, 'the first');
      hook.answer = (call) => (call.event.data.id === one.id ? 500 : 204);
      await api.expect(200, 'PATCH', `/areas/${one.id}`, { name: 'stuck 2' });
      await hook.until((calls) => calls.some((c) => c.status === 500), 'a failure');
      await api.expect(200, 'PATCH', `/areas/${one.id}`, { name: 'stuck 3' });
      const other = await api.expect(201, 'POST', '/areas', area('free'));
      await hook.until((calls) => calls.some((c) => c.event.data.id === other.id), 'the other area');
      assert.equal(hook.calls.filter((c) => c.event.data.id === one.id && c.event.data.version !== 1 && c.status === 204).length <= 1, true);
      hook.answer = () => 204;
      await eventually(() => api.expect(200, 'POST', '/sandbox/webhooks/flush', {}), () => hook.calls.filter((c) => c.event.data.id === one.id && c.status === 204).length >= 3, 'the rest');
      const tried = hook.calls.filter((c) => c.event.data.id === one.id).map((c) => [c.event.sequence, c.status]);
      const sequences = tried.filter(([, status]) => status === 204).map(([sequence]) => sequence);
      assert.deepEqual(sequences, [...sequences].sort((a, b) => a - b));
      const again = hook.calls.filter((c) => c.headers['webhook-id'] === hook.calls.find((f) => f.status === 500).headers['webhook-id']);
      assert.equal(again.length, 2);
      const attempts = (await api.get(`/webhooks/${made.webhook_id}/attempts?event_id=${again[0].event.id}`)).body.data;
      assert.deepEqual(attempts.map((a) => [a.number, a.state, a.http_status]), [[2, 'succeeded', 204], [1, 'failed', 500]]);
      await api.expect(202, 'POST', `/webhooks/${made.webhook_id}/attempts/${attempts[0].id}/resend`, {});
      await hook.until((calls) => calls.filter((c) => c.event.id === again[0].event.id).length === 3, 'the resent one');
      hook.close();
    });

    test('410 disables; a throttled endpoint is left alone; a test event is signed too', async () => {
      const made = await open(['hub.*']);
      const tried = await api.expect(202, 'POST', '/webhooks/test', { webhook_id: made.webhook_id });
      const [call] = await hook.until((calls) => calls.length === 1, 'the test');
      assert.equal(new Webhook(made.secret).verify(call.body, call.headers).type, 'webhook.test');
      assert.equal(call.headers['webhook-id'], tried.event_id);
      hook.answer = () => [429, { 'retry-after': '120' }];
      await api.expect(202, 'POST', '/webhooks/test', { webhook_id: made.webhook_id });
      const throttled = await eventually(() => api.expect(200, 'GET', `/webhooks/${made.webhook_id}`), (w) => w.health.throttled_until, 'the throttle');
      assert.ok(new Date(throttled.health.throttled_until) - Date.now() > 60_000);
      hook.answer = () => 410;
      await api.expect(200, 'POST', '/sandbox/webhooks/flush', {});
      const gone = await eventually(() => api.expect(200, 'GET', `/webhooks/${made.webhook_id}`), (w) => !w.enabled, 'its end');
      assert.equal(gone.disabled_reason, 'gone');
      await eventually(() => api.get('/events?type=webhook.disabled'), (log) => log.body.data.at(-1)?.data.id === made.webhook_id, 'the notice in the log');
      assert.equal((await api.post('/webhooks/test', { webhook_id: made.webhook_id })).status, 409);
      hook.close();
    });

    test('addresses inside are refused', async () => {
      const refused = await api.post('/webhooks', { url: 'http://169.254.169.254/latest', events: ['*'] });
      assert.equal(refused.status, 422);
      assert.equal(refused.body.errors[0].pointer, '#/url');
      assert.equal((await api.post('/webhooks', { url: 'https://example.org', events: ['Not A Type'] })).body.errors[0].pointer, '#/events/0');
    });

    test('a crash between commit and sending loses nothing', async () => {
      const made = await open(['area.created']);
      hook.answer = () => 503;
      const names = Array.from({ length: 20 }, (_, i) => `crash ${i}`);
      const made_areas = await Promise.all(names.map((n) => api.expect(201, 'POST', '/areas', area(n))));
      await server.kill();
      hook.answer = () => 204;
      await server.launch();
      const wanted = new Set(made_areas.map((a) => a.id));
      await eventually(() => api.expect(200, 'POST', '/sandbox/webhooks/flush', {}),
        () => new Set(hook.calls.filter((c) => c.status === 204 && wanted.has(c.event.data.id)).map((c) => c.event.data.id)).size === wanted.size, 'all of them', 30_000);
      for (const call of hook.calls) new Webhook(made.secret).verify(call.body, call.headers);
      hook.close();
    });
  });
}

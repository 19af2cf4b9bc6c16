// Holds the events that a server tells against the schema that it publishes for them.
import assert from 'node:assert/strict';

/** All events of the client's partition. `Ajv` is the caller's (`ajv/dist/2020.js`): packages belong to the test folders. */
export async function judgeEvents(server, client, Ajv) {
  const schema = await (await fetch(`${server.url}/events.schema.json`)).json();
  const ajv = new Ajv({ strict: false, validateFormats: false });
  ajv.addSchema(schema, 'events');
  const seen = new Set();
  for (let after = 0; ;) {
    const page = await client.expect(200, 'GET', `/events?limit=200&after=${after}`);
    for (const event of page.data) {
      seen.add(event.type);
      assert.ok(schema.$defs[event.type], `the catalogue of events does not know ${event.type}`);
      const judge = ajv.getSchema(`events#/$defs/${event.type}`);
      assert.ok(judge(event), `${event.type}: ${ajv.errorsText(judge.errors)} in ${JSON.stringify(event)}`);
      after = event.sequence;
    }
    if (page.data.length < 200) return seen;
  }
}

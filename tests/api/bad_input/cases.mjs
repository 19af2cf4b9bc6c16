// Bad requests for one operation, out of what the OpenAPI document says about it. A case names what it expects: a status, or several.
import { Buffer } from 'node:buffer';

const resolve = (document, schema) => (schema?.$ref ? resolve(document, schema.$ref.slice(2).split('/').reduce((at, step) => at[step], document)) : schema);

/** The members of a body: of its object, or of the first variant that is one. */
export function membersOf(document, schema) {
  const found = resolve(document, schema) ?? {};
  if (found.properties) return found.properties;
  const variant = (found.oneOf ?? found.anyOf ?? []).map((one) => resolve(document, one)).find((one) => one.properties);
  return variant?.properties ?? {};
}

/** JSON types that a schema takes; nothing when it takes anything. */
function typesOf(document, schema) {
  const found = resolve(document, schema);
  const variants = found.oneOf ?? found.anyOf;
  if (variants) {
    const lists = variants.map((one) => typesOf(document, one));
    return lists.includes(undefined) ? undefined : lists.flat();
  }
  if (found.type) return [found.type].flat();
  return found.enum ? ['string'] : undefined;
}

const wrongFor = (types) => (types === undefined ? undefined : !types.includes('object') ? { wrong: [1] } : !types.includes('array') ? [[1]] : types.includes('string') ? undefined : 'text');

const collect = (members, make) => {
  const made = {};
  for (const [name, schema] of Object.entries(members)) {
    const value = make(schema);
    if (value !== undefined) made[name] = value;
  }
  return made;
};

/** Values that break careless code. Some of them are legal somewhere: what counts is that the answer is a documented one. */
const nasty = ['', '\u0000', '\u202e\ud83d\ude00', "'; DROP TABLE x; --", -1, 9223372036854775807n, 1e308, 0.1, true, null, [], {}, [[]], [null], '0000-00-00T99:99:99Z'];
const json = (value) => JSON.stringify(value, (_, one) => (typeof one === 'bigint' ? `@${one}@` : one)).replaceAll(/"@(\d+)@"/g, '$1');

function bodyCases(document, operation, media, where) {
  const content = operation.requestBody.content[media];
  const members = membersOf(document, content.schema);
  const send = (name, expect, body, more = {}) => ({ name, expect, where, body, type: media, ...more });
  const list = [
    send('broken JSON', 400, '{"a":'),
    send('two JSON values', 400, '{} {}'),
    send('the same member twice', [400, 422], '{"a":1,"a":2}'),
    send('a number beyond numbers', [400, 422], '{"a":1e999}'),
    send('half a surrogate pair', [400, 422], '{"a":"\\ud800"}'),
    send('invalid UTF-8', 400, Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xff, 0xc3, 0x28]), Buffer.from('"}')])),
    send('too deep', [400, 422], `${'['.repeat(5000)}${']'.repeat(5000)}`),
    send('too deep inside a member', [400, 422], `{"a":${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}}`),
    send('a text where an object belongs', 422, '"text"'),
    send('null where an object belongs', 422, 'null'),
    send('an unknown member', 422, '{"no_such_member_here":1}', { pointers: ['#/no_such_member_here'] }),
    send('plain text', 415, 'a=1', { type: 'text/plain' }),
    send('a form', 415, 'a=1', { type: 'application/x-www-form-urlencoded' }),
    send('XML', 415, '<a/>', { type: 'application/xml' }),
    send('too large', 413, () => `{"a":"${'x'.repeat(operation.requestBody['x-max-bytes'])}"}`),
  ];
  const wrong = collect(members, (schema) => wrongFor(typesOf(document, schema)));
  if (Object.keys(wrong).length) list.push(send('wrong types', 422, json(wrong), { pointers: Object.keys(wrong).map((name) => `#/${name}`) }));
  const long = collect(members, (schema) => {
    const found = resolve(document, schema);
    return found.maxLength ? 'x'.repeat(found.maxLength + 1) : undefined;
  });
  if (Object.keys(long).length) list.push(send('texts too long', 422, json(long), { pointers: Object.keys(long).map((name) => `#/${name}`) }));
  const endless = collect(members, (schema) => {
    const found = resolve(document, schema);
    return found.maxItems && found.maxItems < 2000 ? Array(found.maxItems + 1).fill(0) : undefined;
  });
  if (Object.keys(endless).length) list.push(send('lists too long', 422, json(endless)));
  const good = content.example && !Array.isArray(content.example) ? content.example : {};
  if (operation.description?.startsWith('The same as')) return list;  // an alias: the same code reads its members
  // Each member meets five of them, the next member the next five: every value meets every operation of three members or more.
  for (const [at, name] of Object.keys(members).entries())
    for (const value of Array.from({ length: 5 }, (_, i) => nasty[(at * 5 + i) % nasty.length])) list.push(send(`${name} = ${json(value)}`, 'documented', json({ ...good, [name]: value })));
  return list;
}

function queryCases(operation, where) {
  const names = operation.parameters.filter((one) => one.in === 'query');
  const send = (name, expect, query) => ({ name, expect, where, query });
  const list = [
    send('a query that is not well-formed', 400, '?a=%zz'),
    send('a query of invalid UTF-8', 400, '?a=%ff'),
    send('an unknown parameter', 422, '?no_such_parameter=1'),
    send('too many parameters', 400, `?${Array.from({ length: 300 }, (_, i) => `a${i}=1`).join('&')}`),
  ];
  for (const { name, schema } of names) {
    const kinds = [schema.type].flat();
    if (schema.format === 'cursor') list.push(send(`a made-up ${name}`, 400, `?${name}=bm90IG9uZQ`));
    else if (kinds.includes('integer') || kinds.includes('number') || kinds.includes('boolean')) list.push(send(`${name} that is none`, 422, `?${name}=twelve`));
    if (schema.type === 'string' && schema.maxLength) list.push(send(`${name} too long`, [400, 422], `?${name}=${'x'.repeat(schema.maxLength + 1)}`));
    for (const value of ['', '%00', '-1', '9223372036854775808', '1e308', '%F0%9F%98%80', "'%20OR%201=1", '0000-00-00T99:99:99Z'])
      list.push(send(`${name} = ${value}`, 'documented', `?${name}=${value}`));
  }
  return list;
}

/** Every case of an operation. `where`: whose ids stand in the path, `own`, `foreign` or `absent`. */
export function casesOf(document, path, method, operation) {
  const named = path.includes('{');
  const reading = method === 'get';
  const list = [];
  if (operation.security.length) {
    list.push({ name: 'no token', expect: 401, where: 'absent', token: 'none' });
    list.push({ name: 'a token that is none', expect: 401, where: 'absent', token: 'bad' });
    list.push({ name: 'another scheme', expect: 401, where: 'absent', token: 'basic' });
    list.push({ name: 'a token without the scope', expect: 403, where: 'absent', token: 'powerless' });
    list.push({ name: 'the wrong tenant in the header', expect: 403, where: 'absent', headers: { 'x-tenant-id': 'somebody-else' } });
    list.push({ name: 'the wrong tenant in the path', expect: 403, where: 'absent', tenant: 'somebody-else' });
  }
  if (named) {
    list.push({ name: 'an id that is none', expect: 404, where: 'malformed' });
    list.push({ name: 'a path of invalid UTF-8', expect: 400, where: 'undecodable' });
    list.push({ name: 'a foreign id', expect: 'as absent', where: 'foreign', good: true });
  }
  list.push(...queryCases(operation, named ? 'own' : 'absent'));
  if (!reading) list.push({ name: 'an Idempotency-Key too long', expect: [400, 422], where: 'absent', headers: { 'idempotency-key': 'k'.repeat(300) } });
  const medias = Object.keys(operation.requestBody?.content ?? {}).filter((one) => one.includes('json'));
  for (const media of medias.slice(0, 1)) list.push(...bodyCases(document, operation, media, 'own'));
  return list;
}

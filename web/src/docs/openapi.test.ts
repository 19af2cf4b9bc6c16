import { describe, expect, it } from 'vitest';
import { curlOf, exampleOf, groups, operationsOf, typeOf, type Document } from './openapi';

const document: Document = {
  paths: {
    '/v1/lastmile/deliveries/{id}': {
      parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
      get: { summary: 'Read', responses: { 200: { description: 'it', content: { 'application/json': { schema: { $ref: '#/components/schemas/Delivery' } } } } } },
      patch: { summary: 'Change', requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Delivery' } } } }, responses: {} },
    },
  },
  components: { schemas: { Delivery: { type: 'object', properties: { note: { type: 'string', example: "it's" }, when: { type: 'string', format: 'date-time' }, returns: { type: 'array', items: { $ref: '#/components/schemas/Delivery' } } } } } },
};

describe('the reference', () => {
  const operations = operationsOf(document);
  it('lists operations with the parameters of their path', () => {
    expect(operations.map((o) => `${o.method} ${o.tag} ${o.parameters[0]?.name}`)).toEqual(['GET deliveries id', 'PATCH deliveries id']);
    expect(groups(operations, 'patch deliv')[0]?.operations.map((o) => o.summary)).toEqual(['Change']);
  });
  it('makes an example of a schema that holds itself', () => {
    expect(exampleOf(document, { $ref: '#/components/schemas/Delivery' })).toEqual({ note: "it's", when: '2025-09-01T08:00:00Z', returns: [] });
  });
  it('writes a command that a shell reads as meant', () => {
    expect(curlOf(document, operations[1] as never, 'http://h')).toContain(`"it'\\''s"`);
  });
  it('names types', () => {
    expect(typeOf({ type: 'array', items: { $ref: '#/components/schemas/Delivery' } })).toBe('Delivery[]');
    expect(typeOf({ anyOf: [{ type: 'integer', minimum: 1, maximum: 200 }, { type: 'null' }] })).toBe('integer 1–200');
  });
});

// An OpenAPI 3 document as the reference shows it: operations by tag, references resolved, an example made from each schema.

export interface Schema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  description?: string;
  title?: string;
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  example?: unknown;
  examples?: unknown[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  oneOf?: Schema[];
  anyOf?: Schema[];
  allOf?: Schema[];
  additionalProperties?: boolean | Schema;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  pattern?: string;
}
interface Content {
  content?: Record<string, { schema?: Schema; example?: unknown }>;
  description?: string;
  $ref?: string;
}
export interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  description?: string;
  schema?: Schema;
  $ref?: string;
}
interface RawOperation {
  operationId?: string;
  summary?: string;
  description?: string;
  tags?: string[];
  parameters?: Parameter[];
  requestBody?: Content & { required?: boolean };
  responses?: Record<string, Content>;
  security?: Record<string, string[]>[];
  deprecated?: boolean;
  'x-scope'?: string;
}
export interface Document {
  info?: { title?: string; version?: string; description?: string };
  paths?: Record<string, Record<string, unknown>>;
  components?: Record<string, Record<string, unknown>>;
  tags?: { name: string; description?: string }[];
}
export interface Operation {
  id: string;
  method: string;
  path: string;
  summary: string;
  description: string;
  tag: string;
  scope: string;
  parameters: Parameter[];
  body: { type: string; schema: Schema } | null;
  responses: { status: string; description: string; type: string; schema: Schema | null }[];
}

const methods = ['get', 'post', 'put', 'patch', 'delete'];

export function resolve<T extends object>(document: Document, value: T & { $ref?: string }): T {
  if (!value.$ref) return value;
  let at: unknown = document;
  for (const part of value.$ref.replace(/^#\//, '').split('/')) at = (at as Record<string, unknown> | undefined)?.[part.replaceAll('~1', '/').replaceAll('~0', '~')];
  return (at as T | undefined) ?? value;
}

/** The last word of a reference: the schema's name. */
export const nameOf = (schema: Schema): string => schema.$ref?.split('/').pop() ?? '';

function contentOf(content: Content['content']): { type: string; schema: Schema } | null {
  const first = Object.entries(content ?? {})[0];
  return first ? { type: first[0], schema: first[1].schema ?? {} } : null;
}

export function operationsOf(document: Document): Operation[] {
  const found: Operation[] = [];
  for (const [path, item] of Object.entries(document.paths ?? {})) {
    for (const method of methods) {
      const raw = item[method] as RawOperation | undefined;
      if (!raw) continue;
      const shared = (item.parameters as Parameter[] | undefined) ?? [];
      const body = raw.requestBody ? resolve(document, raw.requestBody) : null;
      found.push({
        id: raw.operationId ?? `${method}-${path}`.replace(/[^\w]+/g, '-'),
        method: method.toUpperCase(),
        path,
        summary: raw.summary ?? '',
        description: raw.description ?? '',
        tag: raw.tags?.[0] ?? path.replace(/^\/v1\/lastmile\//, '').split('/')[0] ?? 'api',
        scope: raw['x-scope'] ?? (raw.security ?? []).flatMap((one) => Object.values(one).flat()).join(' '),
        parameters: [...shared, ...(raw.parameters ?? [])].map((parameter) => resolve(document, parameter)),
        body: contentOf(body?.content),
        responses: Object.entries(raw.responses ?? {}).map(([status, response]) => {
          const full = resolve(document, response);
          const content = contentOf(full.content);
          return { status, description: full.description ?? '', type: content?.type ?? '', schema: content?.schema ?? null };
        }),
      });
    }
  }
  return found;
}

export function groups(operations: Operation[], text: string): { tag: string; operations: Operation[] }[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const byTag = new Map<string, Operation[]>();
  for (const operation of operations) {
    const hay = `${operation.method} ${operation.path} ${operation.summary} ${operation.tag}`.toLowerCase();
    if (!words.every((word) => hay.includes(word))) continue;
    byTag.set(operation.tag, [...(byTag.get(operation.tag) ?? []), operation]);
  }
  return [...byTag].map(([tag, list]) => ({ tag, operations: list }));
}

/** `string · uuid`, `integer 1–200`, `Delivery[]`. */
export function typeOf(schema: Schema): string {
  if (schema.$ref) return nameOf(schema);
  const alternatives = schema.oneOf ?? schema.anyOf;
  if (alternatives) return alternatives.map(typeOf).filter((type) => type !== 'null').join(' | ');
  if (schema.items) return `${typeOf(schema.items)}[]`;
  const type = Array.isArray(schema.type) ? schema.type.filter((one) => one !== 'null').join(' | ') : (schema.type ?? (schema.properties ? 'object' : 'any'));
  const low = schema.minimum ?? schema.minLength ?? schema.minItems;
  const high = schema.maximum ?? schema.maxLength ?? schema.maxItems;
  const range = low !== undefined || high !== undefined ? ` ${low ?? ''}–${high ?? ''}` : '';
  return `${type}${schema.format ? ` · ${schema.format}` : ''}${range}`;
}

/** A value that fits the schema, preferring the document's own examples. A schema inside itself is left out. */
export function exampleOf(document: Document, given: Schema, inside: string[] = []): unknown {
  const name = nameOf(given);
  if (name && inside.includes(name)) return undefined;
  const within = name ? [...inside, name] : inside;
  const schema = resolve(document, given);
  if (schema.example !== undefined) return schema.example;
  if (schema.examples?.length) return schema.examples[0];
  if (schema.const !== undefined) return schema.const;
  if (schema.default !== undefined) return schema.default;
  if (schema.enum?.length) return schema.enum[0];
  if (schema.allOf) return Object.assign({}, ...schema.allOf.map((part) => exampleOf(document, part, within)));
  const alternative = (schema.oneOf ?? schema.anyOf)?.find((one) => resolve(document, one).type !== 'null');
  if (alternative) return exampleOf(document, alternative, within);
  const type = Array.isArray(schema.type) ? schema.type.find((one) => one !== 'null') : schema.type;
  if (type === 'array' || schema.items) return schema.items ? [exampleOf(document, schema.items, within)].filter((one) => one !== undefined) : [];
  if (type === 'object' || schema.properties) {
    return Object.fromEntries(Object.entries(schema.properties ?? {}).map(([name, part]) => [name, exampleOf(document, part, within)]));
  }
  if (type === 'integer' || type === 'number') return schema.minimum ?? 0;
  if (type === 'boolean') return true;
  if (schema.format === 'date-time') return '2025-09-01T08:00:00Z';
  return type === 'string' ? 'string' : null;
}

export function curlOf(document: Document, operation: Operation, origin: string): string {
  const lines = [`curl -s${operation.method === 'GET' ? '' : ` -X ${operation.method}`} '${origin}${operation.path}'`, `  -H 'Authorization: Bearer $KEY'`];
  if (operation.body) {
    lines.push(`  -H 'Content-Type: ${operation.body.type}'`);
    if (operation.body.type.includes('json')) lines.push(`  -d '${JSON.stringify(exampleOf(document, operation.body.schema), null, 2).replaceAll("'", "'\\''")}'`);
  }
  return lines.join(' \\\n');
}

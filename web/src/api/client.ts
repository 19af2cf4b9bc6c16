// The API through types generated from its OpenAPI document. One place turns every failure into a Problem that a page can explain.
import createClient from 'openapi-fetch';
import type { components, paths } from './schema';

type Schemas = components['schemas'];
export type Delivery = Schemas['DeliveryView'] & Partial<Pick<Schemas['DeliveryDossier'], 'live' | 'exceptions' | 'pod_ids'>>;
export type Driver = Schemas['Driver'];
export type Hub = Schemas['Hub'];
export type Assignment = Schemas['AssignmentView'];
export type Exception = Schemas['ExceptionView'];
export type TimelineEntry = Schemas['TimelineEntry'];
export type Pod = Schemas['PodView'];
export type Tracking = Schemas['Tracking'];
export type Window = Schemas['Window'];
export type Location = Schemas['Location'];
export type Address = Schemas['Address'];

/** The loaded map's own endpoints (docs/book/roads.md) are no part of the API's document. `bounds`: min_lon, min_lat, max_lon, max_lat. */
export interface MapInfo { bounds?: number[] | null; name?: string | null; attribution?: string | null }
export interface Features { type: 'FeatureCollection'; features: unknown[] }

export async function ofMap<T>(path: string, query: Record<string, string> = {}, signal?: AbortSignal): Promise<T | null> {
  const answer = await fetch(`/v1/lastmile/map/${path}?${new URLSearchParams(query)}`, signal ? { signal } : {});
  return answer.ok ? ((await answer.json()) as T) : null;
}

/** What went wrong, as far as the user can act on it. `status` 0: the server was not reached. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly title: string,
    readonly code: string,
    readonly requestId: string | null,
  ) {
    super(title);
  }
}

export type Api = ReturnType<typeof makeApi>;

export function makeApi(key: string | null) {
  const client = createClient<paths>({ baseUrl: location.origin, ...(key ? { headers: { Authorization: `Bearer ${key}` } } : {}) });
  return { client, key };
}

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The body of an answer; throws a Problem for everything else. */
export async function body<T>(call: Promise<Answer<T>>): Promise<T> {
  let answer: Answer<T>;
  try {
    answer = await call;
  } catch {
    throw new Problem(0, 'unreachable', 'unreachable', null);
  }
  if (answer.data !== undefined && answer.response.ok) return answer.data;
  const fault = (typeof answer.error === 'object' && answer.error !== null ? answer.error : {}) as { title?: string; detail?: string; code?: string };
  const { status, headers, statusText } = answer.response;
  throw new Problem(status, fault.detail ?? fault.title ?? statusText, fault.code ?? String(status), headers.get('x-request-id'));
}

interface Page<T> {
  data: T[];
  next_cursor?: string | null;
}

/** Follows the cursor to the end, handing over page by page so that the first rows show at once. `limit` bounds what a browser should hold. */
export async function everyPage<T>(page: (cursor: string | undefined) => Promise<Page<T>>, onPage: (rows: T[]) => void, limit = 25_000): Promise<void> {
  let cursor: string | undefined;
  let loaded = 0;
  do {
    const { data, next_cursor } = await page(cursor);
    onPage(data);
    loaded += data.length;
    cursor = next_cursor ?? undefined;
  } while (cursor && loaded < limit);
}

// One event stream that stays: reconnects with the last id, backs off, and says what state it is in.
import { SseParser, type Frame } from './sse';

export type Link = 'connecting' | 'live' | 'reconnecting' | 'stale' | 'refused';

export interface StreamOptions {
  url: string;
  key: string | null;
  onFrame: (frame: Frame) => void;
  onLink: (link: Link, status?: number) => void;
  /** Injected by tests. */
  fetch?: typeof fetch;
  wait?: (ms: number, signal: AbortSignal) => Promise<void>;
  random?: () => number;
}

/** The server sends a heartbeat every 15 s: three missed ones and the connection is taken for dead, whatever TCP says. */
export const silenceMs = 45_000;
/** Out of touch for so long, what the page shows is called stale. */
export const staleAfterMs = 30_000;

const sleep = (ms: number, signal: AbortSignal) =>
  new Promise<void>((done) => {
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', () => { clearTimeout(timer); done(); }, { once: true });
  });

/** Full jitter, so that a restarted server does not meet all consoles at once. */
export function backoffMs(failures: number, random: number): number {
  const ceiling = Math.min(20_000, 500 * 2 ** Math.min(failures, 10));
  return Math.round(ceiling / 2 + (random * ceiling) / 2);
}

/** Runs until `signal` aborts, or the server refuses for good (401, 403, 404). */
export async function follow(options: StreamOptions, signal: AbortSignal): Promise<void> {
  const wait = options.wait ?? sleep;
  const random = options.random ?? Math.random;
  let lastId = '';
  let failures = 0;
  let retryMs: number | null = null;
  let staleTimer: ReturnType<typeof setTimeout> | undefined;
  options.onLink('connecting');
  while (!signal.aborted) {
    const attempt = new AbortController();
    const abort = () => attempt.abort();
    signal.addEventListener('abort', abort, { once: true });
    try {
      const headers: Record<string, string> = { Accept: 'text/event-stream' };
      if (options.key) headers.Authorization = `Bearer ${options.key}`;
      if (lastId) headers['Last-Event-ID'] = lastId;
      const response = await (options.fetch ?? fetch)(options.url, { headers, signal: attempt.signal, cache: 'no-store' });
      if ([204, 400, 401, 403, 404, 410].includes(response.status)) return options.onLink('refused', response.status);
      if (!response.ok || !response.body) throw new Error(`status ${response.status}`);
      clearTimeout(staleTimer);
      staleTimer = undefined;
      options.onLink('live');
      const parser = new SseParser((frame) => { lastId = frame.id; options.onFrame(frame); });
      parser.lastId = lastId;
      await drain(response.body, parser, attempt, () => { failures = 0; });
      lastId = parser.lastId;
      retryMs = parser.retryMs ?? retryMs;
    } catch {
      // Every way a connection can end is the same to us: come back.
    } finally {
      signal.removeEventListener('abort', abort);
    }
    if (signal.aborted) break;
    options.onLink('reconnecting');
    staleTimer ??= setTimeout(() => options.onLink('stale'), staleAfterMs);
    await wait(retryMs !== null && failures === 0 ? retryMs : backoffMs(failures, random()), signal);
    failures++;
  }
  clearTimeout(staleTimer);
}

async function drain(body: ReadableStream<Uint8Array>, parser: SseParser, attempt: AbortController, onBytes: () => void): Promise<void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let silence = setTimeout(() => attempt.abort(), silenceMs);
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      onBytes();
      clearTimeout(silence);
      silence = setTimeout(() => attempt.abort(), silenceMs);
      parser.push(decoder.decode(value, { stream: true }));
    }
  } finally {
    clearTimeout(silence);
  }
}

import { describe, expect, it } from 'vitest';
import type { Frame } from './sse';
import { backoffMs, follow, type Link } from './stream';

const answer = (text: string, status = 200) =>
  new Response(new ReadableStream({ start(c) { c.enqueue(new TextEncoder().encode(text)); c.close(); } }), { status });

/** Plays a list of answers; then stops the stream. */
async function play(answers: (Response | Error)[]) {
  const stop = new AbortController();
  const asked: Headers[] = [];
  const frames: Frame[] = [];
  const links: Link[] = [];
  const waits: number[] = [];
  await follow(
    {
      url: '/streams/ops', key: 'k', random: () => 1,
      onFrame: (frame) => frames.push(frame),
      onLink: (link) => links.push(link),
      wait: async (ms) => { waits.push(ms); if (answers.length === 0) stop.abort(); },
      fetch: async (_, init) => {
        asked.push(new Headers(init?.headers));
        const next = answers.shift() as Response | Error;
        if (next instanceof Error) throw next;
        return next;
      },
    },
    stop.signal,
  );
  return { asked, frames, links, waits };
}

describe('follow', () => {
  it('sends the key, and resumes from the last id it saw', async () => {
    const { asked, frames } = await play([answer('id: 12\ndata: a\n\n'), answer('id: 13\ndata: b\n\n'), answer('')]);
    expect(asked.map((headers) => headers.get('authorization'))).toEqual(['Bearer k', 'Bearer k', 'Bearer k']);
    expect(asked.map((headers) => headers.get('last-event-id'))).toEqual([null, '12', '13']);
    expect(frames.map((frame) => frame.data)).toEqual(['a', 'b']);
  });

  it('says what state it is in', async () => {
    const { links } = await play([answer('data: a\n\n'), new TypeError('network'), answer('data: b\n\n')]);
    expect(links).toEqual(['connecting', 'live', 'reconnecting', 'reconnecting', 'live', 'reconnecting']);
  });

  it('waits longer after each failure, and starts over once bytes came', async () => {
    const down = () => new TypeError('network');
    const { waits } = await play([down(), down(), down(), answer(': hi\n\n'), down()]);
    expect(waits).toEqual([500, 1000, 2000, 500, 1000]);
  });

  it('obeys the retry field of the server', async () => {
    const { waits } = await play([answer('retry: 77\n\n'), answer('')]);
    expect(waits[0]).toBe(77);
  });

  it('comes back after 503, but not after a refusal', async () => {
    const { links, asked } = await play([answer('', 503), answer('', 403), answer('never asked')]);
    expect(asked).toHaveLength(2);
    expect(links.at(-1)).toBe('refused');
  });

  it('never waits longer than 20 s', () => {
    expect(backoffMs(50, 1)).toBe(20_000);
    expect(backoffMs(50, 0)).toBe(10_000);
  });
});

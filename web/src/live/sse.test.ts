import { describe, expect, it } from 'vitest';
import { SseParser, type Frame } from './sse';

function parse(...chunks: string[]) {
  const frames: Frame[] = [];
  const parser = new SseParser((frame) => frames.push(frame));
  for (const chunk of chunks) parser.push(chunk);
  return { frames, parser };
}

describe('SseParser', () => {
  it('dispatches at the blank line, whatever ends the lines', () => {
    for (const end of ['\n', '\r\n', '\r']) {
      const { frames } = parse(`id: 7${end}event: positions${end}data: {"a":1}${end}${end}x`);
      expect(frames).toEqual([{ event: 'positions', data: '{"a":1}', id: '7' }]);
    }
  });

  it('gives the same frames however the bytes are cut', () => {
    const text = ': hello\r\n\r\nid: 1\r\ndata: a\r\ndata: b\r\n\r\nid: 2\r\ndata:c\r\n\r\n: end\r\n';
    const whole = parse(text).frames;
    expect(whole).toEqual([{ event: 'message', data: 'a\nb', id: '1' }, { event: 'message', data: 'c', id: '2' }]);
    for (let cut = 1; cut < text.length; cut++) expect(parse(text.slice(0, cut), text.slice(cut)).frames).toEqual(whole);
    expect(parse(...text).frames).toEqual(whole);
  });

  it('remembers the id of a block without data, so that a heartbeat may advance the cursor', () => {
    const { frames, parser } = parse('id: 41\n\n', 'data: x\n\n');
    expect(frames).toEqual([{ event: 'message', data: 'x', id: '41' }]);
    expect(parser.lastId).toBe('41');
  });

  it('keeps the last id over frames without one, and drops it on an empty id', () => {
    const { frames } = parse('id: 5\ndata: a\n\ndata: b\n\nid\ndata: c\n\n');
    expect(frames.map((frame) => frame.id)).toEqual(['5', '5', '']);
  });

  it('ignores comments, unknown fields, ids with NUL and a retry that is no number', () => {
    const { frames, parser } = parse(':c\nfoo: bar\nid: a\0b\nretry: 12x\nretry: 3000\ndata: x\n\n');
    expect(frames).toEqual([{ event: 'message', data: 'x', id: '' }]);
    expect(parser.retryMs).toBe(3000);
  });

  it('discards a block that never ended, and a byte order mark at the start', () => {
    expect(parse('\uFEFFdata: a\n\ndata: lost').frames).toEqual([{ event: 'message', data: 'a', id: '' }]);
  });
});

// Server-sent events by fetch: EventSource can set no Authorization header. The parser follows WHATWG HTML section 9.2.6.

export interface Frame {
  event: string;
  data: string;
  id: string;
}

/** Feed it text as it comes; it calls back for each complete event. `lastId` also moves with blocks that carry an id but no data. */
export class SseParser {
  lastId = '';
  retryMs: number | null = null;
  private rest = '';
  private first = true;
  private data: string[] = [];
  private event = '';
  private id: string | null = null;

  constructor(private readonly onFrame: (frame: Frame) => void) {}

  push(text: string): void {
    if (this.first && text.length > 0) {
      this.first = false;
      if (text.startsWith('\uFEFF')) text = text.slice(1);
    }
    this.rest += text;
    let start = 0;
    for (;;) {
      const end = this.nextLineEnd(start);
      if (end < 0) break;
      this.line(this.rest.slice(start, end));
      // CRLF may be split over two chunks: a lone CR at the very end waits for what follows.
      start = end + (this.rest[end] === '\r' && this.rest[end + 1] === '\n' ? 2 : 1);
    }
    this.rest = this.rest.slice(start);
  }

  private nextLineEnd(from: number): number {
    for (let i = from; i < this.rest.length; i++) {
      const c = this.rest[i];
      if (c === '\n') return i;
      if (c === '\r') return i + 1 < this.rest.length ? i : -1;
    }
    return -1;
  }

  private line(line: string): void {
    if (line === '') return this.dispatch();
    const colon = line.indexOf(':');
    if (colon === 0) return;
    const field = colon < 0 ? line : line.slice(0, colon);
    let value = colon < 0 ? '' : line.slice(colon + 1);
    if (value.startsWith(' ')) value = value.slice(1);
    if (field === 'data') this.data.push(value);
    else if (field === 'event') this.event = value;
    else if (field === 'id' && !value.includes('\0')) this.id = value;
    else if (field === 'retry' && /^\d+$/.test(value)) this.retryMs = Number(value);
  }

  private dispatch(): void {
    if (this.id !== null) this.lastId = this.id;
    if (this.data.length > 0) this.onFrame({ event: this.event || 'message', data: this.data.join('\n'), id: this.lastId });
    this.data = [];
    this.event = '';
    this.id = null;
  }
}

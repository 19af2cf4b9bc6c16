// A bare connection: bytes out, answers in, for what fetch cannot send and does not show.
import net from 'node:net';
import tls from 'node:tls';

export class Wire {
  static async open(url, options = {}) {
    const { hostname, port, protocol } = new URL(url);
    const wire = new Wire();
    wire.received = Buffer.alloc(0);
    wire.socket = protocol === 'https:' ? tls.connect({ host: hostname, port, rejectUnauthorized: false, ...options }) : net.connect({ host: hostname, port });
    wire.socket.on('error', () => {});
    wire.ended = new Promise((done) => wire.socket.once('close', done));
    wire.socket.on('data', (chunk) => {
      wire.received = Buffer.concat([wire.received, chunk]);
      wire.wake?.();
    });
    wire.socket.once('close', () => { wire.closed = true; wire.wake?.(); });
    await new Promise((done, fail) => {
      wire.socket.once(protocol === 'https:' ? 'secureConnect' : 'connect', done);
      wire.socket.once('error', fail);
    });
    return wire;
  }

  send(...parts) {
    this.socket.write(parts.join('\r\n'));
    return this;
  }

  /** More bytes, or the end. False when nothing more can come. */
  async more() {
    if (this.closed) return false;
    await new Promise((wake) => { this.wake = wake; });
    return true;
  }

  /** The next answer: {status, headers, body, raw}; null when the peer closed instead. `head`: it answers HEAD and has no body. */
  async answer({ head = false } = {}) {
    let end;
    while ((end = this.received.indexOf('\r\n\r\n')) < 0) if (!(await this.more()) && this.received.indexOf('\r\n\r\n') < 0) return null;
    const [first, ...lines] = this.received.subarray(0, end).toString('latin1').split('\r\n');
    const headers = Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]));
    const status = Number(first.split(' ')[1]);
    this.received = this.received.subarray(end + 4);
    const size = head || status < 200 || status === 204 || status === 304 ? 0 : Number(headers['content-length'] ?? 0);
    while (this.received.length < size) if (!(await this.more())) break;
    const body = this.received.subarray(0, size);
    this.received = this.received.subarray(size);
    return { status, headers, body: body.toString(), raw: body };
  }

  close() {
    this.socket.destroy();
  }
}

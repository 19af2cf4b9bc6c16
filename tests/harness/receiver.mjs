// Somebody's webhook endpoint: keeps what it got, answers as told.
import http from 'node:http';

export class Receiver {
  static async open() {
    const receiver = new Receiver();
    receiver.calls = [];
    receiver.waiting = [];
    receiver.answer = () => 204;
    receiver.server = http.createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      const call = { headers: request.headers, body, event: JSON.parse(body) };
      const told = receiver.answer(call);
      const [status, headers = {}] = Array.isArray(told) ? told : [told];
      response.writeHead(status, headers).end();
      receiver.calls.push({ ...call, status });
      for (const waiting of receiver.waiting) waiting();
    });
    await new Promise((done) => receiver.server.listen(0, '127.0.0.1', done));
    receiver.url = `http://127.0.0.1:${receiver.server.address().port}/hook`;
    return receiver;
  }

  /** The calls, once `enough` holds of them. */
  async until(enough, what, patience = 15_000) {
    let look, late;
    const had = new Promise((done, fail) => {
      look = () => enough(this.calls) && done(this.calls);
      late = setTimeout(() => fail(new Error(`waited for ${what}; got ${JSON.stringify(this.calls.slice(-40).map((c) => [c.event.type, c.status]))}`)), patience);
    });
    this.waiting.push(look);
    look();
    return had.finally(() => { clearTimeout(late); this.waiting.splice(this.waiting.indexOf(look), 1); });
  }

  close() {
    this.server.closeAllConnections();
    this.server.close();
  }
}

/** Asks again until the answer is as wanted; servers of this process have their turn between two questions. */
export async function eventually(ask, wanted, what, patience = 15_000) {
  for (const end = Date.now() + patience; ;) {
    const answer = await ask();
    if (wanted(answer)) return answer;
    if (Date.now() > end) throw new Error(`waited for ${what}; last was ${JSON.stringify(answer)}`);
    await new Promise((done) => setImmediate(done));
  }
}

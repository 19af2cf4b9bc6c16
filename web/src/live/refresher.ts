// Reads again what an event made doubtful: at once for the first, together for a burst, each thing once, few at a time.
export class Refresher {
  private readonly waiting = new Set<string>();
  private readonly again = new Set<string>();
  private readonly running = new Set<string>();
  private timer: ReturnType<typeof setTimeout> | null = null;

  constructor(
    private readonly read: (id: string) => Promise<void>,
    private readonly atOnce = 4,
    private readonly pauseMs = 150,
  ) {}

  ask(id: string): void {
    // What changed again while it is being read has to be read once more afterwards.
    if (this.running.has(id)) this.again.add(id);
    else this.waiting.add(id);
    this.timer ??= setTimeout(() => { this.timer = null; this.pump(); }, this.pauseMs);
  }

  private pump(): void {
    for (const id of this.waiting) {
      if (this.running.size >= this.atOnce) return;
      this.waiting.delete(id);
      this.running.add(id);
      void this.read(id).catch(() => undefined).finally(() => {
        this.running.delete(id);
        if (this.again.delete(id)) this.waiting.add(id);
        this.pump();
      });
    }
  }

  clear(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    this.waiting.clear();
    this.again.clear();
  }
}

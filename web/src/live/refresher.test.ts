import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Refresher } from './refresher';

describe('Refresher', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('reads each thing of a burst once, few at a time, and again what changed while it was read', async () => {
    const reads: string[] = [];
    const finish: (() => void)[] = [];
    let running = 0, most = 0;
    const refresher = new Refresher(async (id) => {
      reads.push(id);
      most = Math.max(most, ++running);
      await new Promise<void>((done) => finish.push(done));
      running--;
    }, 2, 100);
    for (const id of ['a', 'b', 'a', 'c', 'b']) refresher.ask(id);
    await vi.advanceTimersByTimeAsync(100);
    expect(reads).toEqual(['a', 'b']);
    refresher.ask('a');
    while (finish.length) { finish.shift()?.(); await vi.advanceTimersByTimeAsync(100); }
    expect(reads.slice().sort()).toEqual(['a', 'a', 'b', 'c']);
    expect(most).toBe(2);
  });
});

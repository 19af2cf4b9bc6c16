import { describe, expect, it } from 'vitest';
import { Motion } from './motion';

const at = (lat: number, lon = 13.26, heading?: number) => ({ driver_id: 'd', lat, lon, ...(heading === undefined ? {} : { heading }) });

describe('Motion', () => {
  it('glides evenly from fix to fix', () => {
    const motion = new Motion();
    motion.move(at(53.55), 0);
    expect(motion.pose('d', 0)?.lat).toBe(53.55);
    motion.move(at(53.551), 1000);
    const lasts = 1150;
    expect(motion.pose('d', 1000)?.lat).toBeCloseTo(53.55, 9);
    expect(motion.pose('d', 1000 + lasts / 2)?.lat).toBeCloseTo(53.5505, 6);
    expect(motion.pose('d', 1000 + lasts)?.lat).toBeCloseTo(53.551, 9);
    expect(motion.moving(1500)).toBe(true);
    expect(motion.moving(1000 + lasts)).toBe(false);
  });

  it('never jumps when a fix comes early: it goes on from where it is', () => {
    const motion = new Motion();
    motion.move(at(53.55), 0);
    motion.move(at(53.552), 1000);
    const before = motion.pose('d', 1400)?.lat as number;
    motion.move(at(53.553), 1400);
    expect(motion.pose('d', 1400)?.lat).toBeCloseTo(before, 9);
  });

  it('turns the short way round', () => {
    const motion = new Motion();
    motion.move(at(53.55, 13.26, 350), 0);
    motion.move(at(53.5505, 13.26, 10), 1000);
    expect(motion.pose('d', 1000 + 1150 / 6)?.heading).toBeCloseTo(360, 6);
  });

  it('shows a far fix at once, and everything at once for who wants no motion', () => {
    const far = new Motion();
    far.move(at(53.55), 0);
    far.move(at(53.6), 1000);
    expect(far.pose('d', 1000)?.lat).toBe(53.6);
    const still = new Motion(() => true);
    still.move(at(53.55), 0);
    still.move(at(53.551), 1000);
    expect(still.pose('d', 1000)?.lat).toBe(53.551);
    expect(still.moving(1000)).toBe(false);
  });
});

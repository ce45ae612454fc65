/** Lengths of the waves that a price is made of, from a quarter of a minute to two years, and how much each moves it. */
const WAVES = Array.from({ length: 23 }, (_, octave) => ({
  lengthMs: 15_000 * 2 ** octave,
  // As in a random walk: a move grows with the square root of its time.
  size: 0.0004 * Math.SQRT2 ** octave,
}));

/** A number that stands for a text, to tell the paths of instruments apart (FNV-1a). */
export function seedOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/**
 * Prices at moments in equal steps (UTC epoch ms), in cents; close to their neighbours in time, and the same whenever
 * and with whatever others they are asked.
 */
export function simulatedPrices(seed: number, from: number, stepMs: number, count: number): Float64Array {
  const base = 10 + (seed % 1_000);
  const prices = new Float64Array(count);
  for (const [octave, { lengthMs, size }] of WAVES.entries()) {
    let step = NaN;
    let here = 0;
    let there = 0;
    for (let i = 0; i < count; i++) {
      const place = (from + i * stepMs) / lengthMs;
      const next = Math.floor(place);
      if (next !== step) {
        step = next;
        here = noise(seed + octave, step);
        there = noise(seed + octave, step + 1);
      }
      const rest = place - step;
      prices[i] += size * (here + (there - here) * rest * rest * (3 - 2 * rest));
    }
  }
  return prices.map((logarithm) => Math.max(1, Math.round(base * Math.exp(logarithm) * 100)) / 100);
}

/** Whole units traded in the minute that begins at a moment: some each minute, more by day than by night. */
export function simulatedVolume(seed: number, time: number): number {
  const hour = (time / 3_600_000) % 24;
  const daily = 1.5 + Math.sin(((hour - 8) / 24) * 2 * Math.PI);
  return Math.ceil((1.01 + noise(seed ^ 0x5bd1e995, time / 60_000)) * daily * 5_000);
}

/** A number in [-1, 1) that looks random and depends on both alone. */
function noise(seed: number, step: number): number {
  let hash = Math.imul(seed ^ (step | 0), 0x85ebca6b) ^ Math.imul((step / 2 ** 32) | 0, 0xc2b2ae35);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39);
  return ((hash ^ (hash >>> 15)) >>> 0) / 2 ** 31 - 1;
}

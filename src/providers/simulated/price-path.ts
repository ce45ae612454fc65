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

/** The price at a moment (UTC epoch ms), in cents; close to its neighbours in time, and the same whenever it is asked. */
export function simulatedPrice(seed: number, time: number): number {
  const base = 10 + (seed % 1_000);
  let logarithm = 0;
  for (const [octave, { lengthMs, size }] of WAVES.entries()) {
    const place = time / lengthMs;
    const step = Math.floor(place);
    const rest = place - step;
    const smooth = rest * rest * (3 - 2 * rest);
    const here = noise(seed + octave, step);
    logarithm += size * (here + (noise(seed + octave, step + 1) - here) * smooth);
  }
  return Math.max(1, Math.round(base * Math.exp(logarithm) * 100)) / 100;
}

/** Units traded in the minute that begins at a moment: never none, more by day than by night. */
export function simulatedVolume(seed: number, time: number): number {
  const hour = (time / 3_600_000) % 24;
  const daily = 1.5 + Math.sin(((hour - 8) / 24) * 2 * Math.PI);
  return Math.ceil((1.01 + noise(seed ^ 0x5bd1e995, time / 60_000)) * daily * 5_000) / 1_000;
}

/** A number in [-1, 1) that looks random and depends on both alone. */
function noise(seed: number, step: number): number {
  let hash = Math.imul(seed ^ (step | 0), 0x85ebca6b) ^ Math.imul((step / 2 ** 32) | 0, 0xc2b2ae35);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39);
  return ((hash ^ (hash >>> 15)) >>> 0) / 2 ** 31 - 1;
}

import { measureImported } from '../codec.ts';
import { atLeast, type BenchRow } from '../measure.ts';

const DECODE_TARGET = 60;
const ENCODE_TARGET = 20;

/** A million bars as chunks and back, on one core. */
export function codecSpeed(): Promise<BenchRow[]> {
  const { bars, chunks, encode, decodeInto } = measureImported();
  const of = `${bars} bars in ${chunks} chunks`;
  const row = (what: string, figure: number, target: number): BenchRow =>
    atLeast(what, figure, target, `${figure.toFixed(1)} M bars/s`, of, ' M bars/s');
  return Promise.resolve([row('decode', decodeInto, DECODE_TARGET), row('encode', encode, ENCODE_TARGET)]);
}

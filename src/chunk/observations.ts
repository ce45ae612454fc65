import { EPOCH_MS_RANGE, FINAL, PROVISIONAL } from '../market/index.ts';
import type { BlockSink } from './block-sink.ts';
import { ChunkFormatError } from './bytes.ts';
import type { ObservedColumns } from './observed-columns.ts';
import { isConstant, isRepeating, readRepeating, writeConstant, writeRepeating } from './repeating-columns.ts';
import { scratchColumn } from './scratch-columns.ts';
import type { ChunkSource, Rows } from './source.ts';

/** No bar is final. */
const NONE_FINAL = 0;
/** Each bar was final from the first. */
const FINAL_AT_ONCE = 1;
/** 0 where the bar is provisional, else 1 plus the moment it was declared final, counted from the first moment there is. */
const FINAL_AT = 2;
/** 0 where the bar is provisional, else 1 plus the time it took to become final. */
const FINAL_AFTER = 3;

/** As many as an index of 16 bits can tell apart. */
const MAX_PROVIDERS = 0x1_0000;

/** observedAt as it is. */
const AT = 0;
/** observedAt less openTime: small where each bar was observed when it closed. */
const SINCE_OPEN = 1;

/** Writes which bars are final and since when. */
export function writeFinality({ observedAt, finalAt }: ObservedColumns, sink: BlockSink): void {
  const { head } = sink;
  const count = finalAt.length;
  // The usual case, told without looking at each moment: those of observedAt are looked at where it is written.
  if (areSame(finalAt, observedAt)) return head.byte(FINAL_AT_ONCE);
  const moments = scratchColumn(0, count);
  const spans = scratchColumn(1, count);
  let finalCount = 0;
  for (let i = 0; i < count; i++) {
    if (Number.isNaN(finalAt[i])) {
      moments[i] = 0;
      spans[i] = 0;
      continue;
    }
    if (finalAt[i] < observedAt[i]) throw new RangeError('A bar cannot be final before it was observed');
    requireMoment(finalAt[i]);
    moments[i] = finalAt[i] - EPOCH_MS_RANGE.minimum + 1;
    spans[i] = finalAt[i] - observedAt[i] + 1;
    finalCount++;
  }
  if (finalCount === 0) return head.byte(NONE_FINAL);
  const kind = isRepeating(moments, count) ? FINAL_AT : FINAL_AFTER;
  head.byte(kind);
  writeRepeating(kind === FINAL_AT ? moments : spans, count, sink);
}

function areSame(a: Float64Array, b: Float64Array): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Writes who saw the bars, and when. */
export function writeObservations(columns: ObservedColumns, sink: BlockSink): void {
  writeProviders(columns, sink);
  writeObservedAt(columns, sink);
}

/** Providers in the order of their first bar, so that the same bars always give the same bytes. */
function writeProviders({ providers, provider }: ObservedColumns, sink: BlockSink): void {
  const { head } = sink;
  const count = provider.length;
  if (isConstant(provider)) {
    head.varint(1);
    head.text(providers[provider[0]]);
    return writeConstant(0, head);
  }
  const indexes = scratchColumn(0, count);
  const used = new Map<number, number>();
  let index = 0;
  for (let i = 0; i < count; i++) {
    if (i === 0 || provider[i] !== provider[i - 1]) {
      index = used.get(provider[i]) ?? used.size;
      used.set(provider[i], index);
    }
    indexes[i] = index;
  }
  head.varint(used.size);
  for (const index of used.keys()) head.text(providers[index]);
  writeRepeating(indexes, count, sink);
}

function writeObservedAt({ openTime, observedAt }: ObservedColumns, sink: BlockSink): void {
  const { head } = sink;
  const count = observedAt.length;
  if (isConstant(observedAt)) {
    requireMoment(observedAt[0]);
    head.byte(AT);
    return writeConstant(observedAt[0], head);
  }
  for (let i = 0; i < count; i++) if (i === 0 || observedAt[i] !== observedAt[i - 1]) requireMoment(observedAt[i]);
  const kind = isRepeating(observedAt, count) ? AT : SINCE_OPEN;
  head.byte(kind);
  if (kind === AT) return writeRepeating(observedAt, count, sink);
  const spans = scratchColumn(0, count);
  for (let i = 0; i < count; i++) spans[i] = observedAt[i] - openTime[i];
  writeRepeating(spans, count, sink);
}

function requireMoment(time: number): void {
  if (!Number.isInteger(time) || time < EPOCH_MS_RANGE.minimum || time > EPOCH_MS_RANGE.maximum)
    throw new RangeError(`Not a whole epoch millisecond of the years 1 to 9999: ${time}`);
}

/** Reads the states alone: into `state` from place `at` on. */
export function readStates(state: Uint8Array, at: number, { count, start, end }: Rows, source: ChunkSource): void {
  const codes = scratchColumn(0, count);
  const kind = readFinality(codes, count, source);
  const to = at + end - start;
  if (kind === NONE_FINAL) state.fill(PROVISIONAL, at, to);
  else if (kind === FINAL_AT_ONCE) state.fill(FINAL, at, to);
  else for (let i = start; i < end; i++) state[at + i - start] = codes[i] === 0 ? PROVISIONAL : FINAL;
}

/** @returns the kind; `codes` are filled only where bars differ */
export function readFinality(codes: Float64Array, count: number, source: ChunkSource): number {
  const kind = source.head.byte();
  if (kind > FINAL_AFTER) throw new ChunkFormatError(`Unknown kind of finality ${kind}`);
  if (kind === FINAL_AT || kind === FINAL_AFTER) readRepeating(codes, count, source);
  return kind;
}

/**
 * Undoes {@link writeObservations}, with the openTimes read already, and what {@link readFinality} answered and put
 * into `finalAt`.
 * @returns the names of the providers
 */
export function readObservations(columns: ObservedColumns, finality: number, source: ChunkSource): string[] {
  const { openTime, state, finalAt, observedAt, provider } = columns;
  const providers = readProviders(provider, source);
  readObservedAt(observedAt, openTime, source);
  turnIntoMoments(finalAt, observedAt, finality);
  if (finality === FINAL_AT_ONCE) state.fill(FINAL);
  else for (let i = 0; i < state.length; i++) state[i] = Number.isNaN(finalAt[i]) ? PROVISIONAL : FINAL;
  return providers;
}

function turnIntoMoments(codes: Float64Array, observedAt: Float64Array, kind: number): void {
  if (kind === NONE_FINAL) codes.fill(NaN);
  else if (kind === FINAL_AT_ONCE) codes.set(observedAt);
  else
    for (let i = 0; i < codes.length; i++) {
      const start = kind === FINAL_AT ? EPOCH_MS_RANGE.minimum : observedAt[i];
      codes[i] = codes[i] === 0 ? NaN : start + codes[i] - 1;
    }
}

function readProviders(provider: Uint16Array, source: ChunkSource): string[] {
  const { head } = source;
  const count = provider.length;
  const providers = Array.from({ length: head.count(MAX_PROVIDERS) }, () => head.text());
  const indexes = scratchColumn(0, count);
  const only = readRepeating(indexes, count, source);
  // Where all have the same, one is looked at.
  for (let i = 0; i < (only === undefined ? count : 1); i++) {
    if (!(indexes[i] >= 0 && indexes[i] < providers.length))
      throw new ChunkFormatError('A bar names an unknown provider');
    provider[i] = indexes[i];
  }
  if (only !== undefined) provider.fill(only);
  return providers;
}

function readObservedAt(observedAt: Float64Array, openTime: Float64Array, source: ChunkSource): void {
  const kind = source.head.byte();
  if (kind !== AT && kind !== SINCE_OPEN) throw new ChunkFormatError(`Unknown kind of observedAt ${kind}`);
  readRepeating(observedAt, observedAt.length, source);
  if (kind === SINCE_OPEN) for (let i = 0; i < observedAt.length; i++) observedAt[i] += openTime[i];
}

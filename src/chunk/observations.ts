import { EPOCH_MS_RANGE, FINAL, PROVISIONAL } from '../market/index.ts';
import type { WordReader, WordWriter } from './bit-blocks.ts';
import { type ByteReader, type ByteWriter, ChunkFormatError } from './bytes.ts';
import type { ObservedColumns } from './observed-columns.ts';
import { isRepeating, readRepeating, writeRepeating } from './repeating-columns.ts';
import { scratchColumn } from './scratch-columns.ts';

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

/** Writes which bars are final and since when: first what a reader of bars needs, then who saw them and when. */
export function writeObservations(columns: ObservedColumns, head: ByteWriter, body: WordWriter): void {
  writeFinality(columns, head, body);
  writeProviders(columns, head, body);
  writeObservedAt(columns, head, body);
}

function writeFinality({ observedAt, finalAt }: ObservedColumns, head: ByteWriter, body: WordWriter): void {
  const count = finalAt.length;
  const moments = scratchColumn(0, count);
  const spans = scratchColumn(1, count);
  let finalCount = 0;
  let atOnce = 0;
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
    if (finalAt[i] === observedAt[i]) atOnce++;
  }
  if (finalCount === 0) return head.byte(NONE_FINAL);
  if (atOnce === count) return head.byte(FINAL_AT_ONCE);
  const kind = isRepeating(moments, count) ? FINAL_AT : FINAL_AFTER;
  head.byte(kind);
  writeRepeating(kind === FINAL_AT ? moments : spans, count, head, body);
}

/** Providers in the order of their first bar, so that the same bars always give the same bytes. */
function writeProviders({ providers, provider }: ObservedColumns, head: ByteWriter, body: WordWriter): void {
  const count = provider.length;
  const indexes = scratchColumn(0, count);
  const used = new Map<number, number>();
  for (let i = 0; i < count; i++) {
    let index = used.get(provider[i]);
    if (index === undefined) {
      index = used.size;
      used.set(provider[i], index);
    }
    indexes[i] = index;
  }
  head.varint(used.size);
  for (const index of used.keys()) head.text(providers[index]);
  writeRepeating(indexes, count, head, body);
}

function writeObservedAt({ openTime, observedAt }: ObservedColumns, head: ByteWriter, body: WordWriter): void {
  const count = observedAt.length;
  observedAt.forEach(requireMoment);
  const kind = isRepeating(observedAt, count) ? AT : SINCE_OPEN;
  head.byte(kind);
  if (kind === AT) return writeRepeating(observedAt, count, head, body);
  const spans = scratchColumn(0, count);
  for (let i = 0; i < count; i++) spans[i] = observedAt[i] - openTime[i];
  writeRepeating(spans, count, head, body);
}

function requireMoment(time: number): void {
  if (!Number.isInteger(time) || time < EPOCH_MS_RANGE.minimum || time > EPOCH_MS_RANGE.maximum)
    throw new RangeError(`Not a whole epoch millisecond of the years 1 to 9999: ${time}`);
}

/** Reads the states alone, which come first. */
export function readStates(state: Uint8Array, head: ByteReader, body: WordReader): void {
  const count = state.length;
  const codes = scratchColumn(0, count);
  const kind = readFinality(codes, count, head, body);
  if (kind === NONE_FINAL) state.fill(PROVISIONAL);
  else if (kind === FINAL_AT_ONCE) state.fill(FINAL);
  else for (let i = 0; i < count; i++) state[i] = codes[i] === 0 ? PROVISIONAL : FINAL;
}

/** Undoes {@link writeObservations}, with the openTimes read already. @returns the names of the providers */
export function readObservations(columns: ObservedColumns, head: ByteReader, body: WordReader): string[] {
  const { openTime, state, finalAt, observedAt, provider } = columns;
  const finality = readFinality(finalAt, finalAt.length, head, body);
  const providers = readProviders(provider, head, body);
  readObservedAt(observedAt, openTime, head, body);
  turnIntoMoments(finalAt, observedAt, finality);
  for (let i = 0; i < state.length; i++) state[i] = Number.isNaN(finalAt[i]) ? PROVISIONAL : FINAL;
  return providers;
}

/** @returns the kind; `codes` are filled only where bars differ */
function readFinality(codes: Float64Array, count: number, head: ByteReader, body: WordReader): number {
  const kind = head.byte();
  if (kind > FINAL_AFTER) throw new ChunkFormatError(`Unknown kind of finality ${kind}`);
  if (kind === FINAL_AT || kind === FINAL_AFTER) readRepeating(codes, count, head, body);
  return kind;
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

function readProviders(provider: Uint16Array, head: ByteReader, body: WordReader): string[] {
  const count = provider.length;
  const providers = Array.from({ length: head.count(MAX_PROVIDERS) }, () => head.text());
  const indexes = scratchColumn(0, count);
  readRepeating(indexes, count, head, body);
  for (let i = 0; i < count; i++) {
    if (!(indexes[i] >= 0 && indexes[i] < providers.length))
      throw new ChunkFormatError('A bar names an unknown provider');
    provider[i] = indexes[i];
  }
  return providers;
}

function readObservedAt(observedAt: Float64Array, openTime: Float64Array, head: ByteReader, body: WordReader): void {
  const kind = head.byte();
  if (kind !== AT && kind !== SINCE_OPEN) throw new ChunkFormatError(`Unknown kind of observedAt ${kind}`);
  readRepeating(observedAt, observedAt.length, head, body);
  if (kind === SINCE_OPEN) for (let i = 0; i < observedAt.length; i++) observedAt[i] += openTime[i];
}

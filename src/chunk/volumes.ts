import { packDoubles, type WordReader, type WordWriter } from './bit-blocks.ts';
import { type ByteReader, type ByteWriter, ChunkFormatError } from './bytes.ts';
import { commonScale, MAX_SCALE, powerOfTen } from './decimals.ts';
import { scratchColumn } from './scratch-columns.ts';
import { readWholes, writeWholes } from './whole-columns.ts';

const ALL_ABSENT = 0;
/** Whole numbers at a decimal scale, which follows. */
const ALL_PRESENT = 1;
/** The same plus 1; 0 where the volume is absent. */
const SOME_ABSENT = 2;
/** Doubles, `NaN` where the volume is absent. */
const RAW = 3;

/** Writes volumes; `NaN` is an absent one. */
export function writeVolumes(volume: Float64Array, head: ByteWriter, body: WordWriter): void {
  const count = volume.length;
  const present = scratchColumn(0, count);
  let presentCount = 0;
  let smallest = 0;
  for (let i = 0; i < count; i++) {
    if (Number.isNaN(volume[i])) continue;
    present[presentCount++] = volume[i];
    if (volume[i] < smallest) smallest = volume[i];
  }
  if (presentCount === 0) return head.byte(ALL_ABSENT);

  const scale = smallest < 0 ? undefined : commonScale(present, presentCount, 0);
  if (scale === undefined) {
    head.byte(RAW);
    return packDoubles(volume, count, body);
  }
  const power = powerOfTen(scale);
  const wholes = scratchColumn(0, count);
  const areAllPresent = presentCount === count;
  if (areAllPresent) for (let i = 0; i < count; i++) wholes[i] = Math.round(volume[i] * power);
  else for (let i = 0; i < count; i++) wholes[i] = Number.isNaN(volume[i]) ? 0 : Math.round(volume[i] * power) + 1;
  head.byte(areAllPresent ? ALL_PRESENT : SOME_ABSENT);
  head.byte(scale);
  writeWholes(wholes, count, head, body);
}

/** Undoes {@link writeVolumes}. */
export function readVolumes(volume: Float64Array, head: ByteReader, body: WordReader): void {
  const count = volume.length;
  const kind = head.byte();
  if (kind === ALL_ABSENT) volume.fill(NaN);
  else if (kind === RAW) body.doubles(volume, count);
  else if (kind === ALL_PRESENT || kind === SOME_ABSENT) {
    const power = powerOfTen(head.count(MAX_SCALE));
    readWholes(volume, count, head, body);
    if (kind === ALL_PRESENT) for (let i = 0; i < count; i++) volume[i] /= power;
    else for (let i = 0; i < count; i++) volume[i] = volume[i] === 0 ? NaN : (volume[i] - 1) / power;
  } else throw new ChunkFormatError(`Unknown kind of volumes ${kind}`);
}

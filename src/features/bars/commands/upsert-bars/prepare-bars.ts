import { agree } from '../../../../chunk/index.ts';
import {
  BAR_FAULTS,
  checkBars,
  copyBar,
  describeFault,
  faultOf,
  fillOptional,
  FINAL,
  gatherBars,
  isEpochMs,
  PROVISIONAL,
  SOUND,
  type BarColumns,
  type BarFault,
  type BarGrid,
  type BarInterval,
  type Unfinished,
} from '../../../../market/index.ts';

/** A bar that cannot be stored: its place in the caller's list, and why. */
export interface RejectedBar {
  readonly index: number;
  /** UTC epoch ms; `undefined` where the time itself is no good. */
  readonly openTime?: number;
  readonly code: BarFault;
  readonly message: string;
}

export interface PreparedBars {
  /** Sound bars, ascending, one for each openTime. */
  readonly columns: BarColumns;
  readonly rejected: readonly RejectedBar[];
  /** Bars sent more than once with the same values. */
  readonly repeated: number;
}

/** What bars of a series are held against. */
export interface BarRules {
  readonly interval: BarInterval;
  readonly grid: BarGrid;
  readonly now: number;
  readonly unfinished: Unfinished | undefined;
}

const openingsOf = ({ grid }: BarRules): BarGrid | undefined => (grid.align === 'session' ? grid : undefined);

/**
 * Checks every bar, puts the sound ones in order and sees to those sent twice. Of `unfinished` bars those that surely
 * run are refused, and those that may run are provisional.
 */
export function prepareBars(sent: BarColumns, rules: BarRules): PreparedBars {
  const { interval, now, unfinished } = rules;
  const faults = checkBars(sent, interval, now, openingsOf(rules));
  if (unfinished !== undefined) refuseRunning(sent.openTime, faults, unfinished);
  const columns = unfinished === undefined ? sent : withoutFinal(sent, unfinished);
  if (isSoundAndAscending(columns.openTime, faults)) return { columns, rejected: [], repeated: 0 };

  const order = soundInOrder(columns.openTime, faults);
  let repeated = 0;
  const kept: number[] = [];
  const joined = new Map<number, BarColumns>();
  for (let start = 0, end = 0; start < order.length; start = end) {
    const first = order[start];
    for (end = start + 1; end < order.length && columns.openTime[order[end]] === columns.openTime[first]; end++);
    const twins = order.subarray(start, end);
    const one = twins.length === 1 ? undefined : asOne(columns, twins);
    if (twins.length > 1 && one === undefined) {
      for (const twin of twins) faults[twin] = DUPLICATE; // nothing says which of them is right
      continue;
    }
    const place = kept.push(first) - 1;
    if (one !== undefined) joined.set(place, one);
    repeated += twins.length - 1;
  }
  const gathered = gatherBars(columns, kept);
  for (const [place, one] of joined) copyBar(one, 0, gathered, place);
  return { columns: gathered, rejected: rejections(columns, faults, rules), repeated };
}

const DUPLICATE = 1 + BAR_FAULTS.indexOf('duplicateInBatch');
const IN_FUTURE = 1 + BAR_FAULTS.indexOf('inFuture');

function refuseRunning(openTime: Float64Array, faults: Uint8Array, { runningFrom }: Unfinished): void {
  for (let i = 0; i < faults.length; i++) if (faults[i] === SOUND && openTime[i] >= runningFrom) faults[i] = IN_FUTURE;
}

function withoutFinal(columns: BarColumns, { from }: Unfinished): BarColumns {
  const mayRun = (i: number): boolean => columns.openTime[i] >= from;
  return { ...columns, state: columns.state.map((code, i) => (code === FINAL && mayRun(i) ? PROVISIONAL : code)) };
}

function isSoundAndAscending(openTime: Float64Array, faults: Uint8Array): boolean {
  for (let i = 0; i < faults.length; i++)
    if (faults[i] !== SOUND || (i > 0 && openTime[i] <= openTime[i - 1])) return false;
  return true;
}

function soundInOrder(openTime: Float64Array, faults: Uint8Array): Uint32Array {
  const sound = new Uint32Array(openTime.length);
  let count = 0;
  for (let i = 0; i < openTime.length; i++) if (faults[i] === SOUND) sound[count++] = i;
  return sound.subarray(0, count).sort((a, b) => openTime[a] - openTime[b] || a - b);
}

/** What rows of one bar tell together; `undefined` if they contradict each other. */
function asOne(columns: BarColumns, twins: Uint32Array): BarColumns | undefined {
  const one = gatherBars(columns, [twins[0]]);
  for (const twin of twins) {
    if (columns.state[twin] !== one.state[0] || !agree(one, 0, columns, twin)) return undefined;
    fillOptional(columns, twin, one, 0);
  }
  return one;
}

function rejections(columns: BarColumns, faults: Uint8Array, rules: BarRules): RejectedBar[] {
  const { interval, unfinished } = rules;
  const rejected: RejectedBar[] = [];
  for (let index = 0; index < faults.length; index++) {
    if (faults[index] === SOUND) continue;
    const code = faultOf(faults[index]);
    const openTime = columns.openTime[index];
    const closesAt = openTime === unfinished?.runningFrom ? unfinished.closesAt : undefined;
    const message = describeFault(columns, index, code, interval, closesAt, openingsOf(rules));
    rejected.push({ index, ...(isEpochMs(openTime) ? { openTime } : {}), code, message });
  }
  return rejected;
}

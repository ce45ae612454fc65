import { DAY_MS, fixedStepMs, isAligned, openTimeAt, type BarInterval } from '../interval/bar-interval.ts';
import { EPOCH_MS_RANGE, isoOfEpochMs } from '../time/epoch-ms.ts';
import { BAR_FAULTS, FINAL, PROVISIONAL, type BarFault } from './bar.ts';
import type { BarColumns } from './bar-columns.ts';

/** No fault; any other code is 1 + the fault's place in `BAR_FAULTS`. */
export const SOUND = 0;

const CODE = Object.fromEntries(BAR_FAULTS.map((fault, place) => [fault, place + 1])) as Record<BarFault, number>;

/** Where bars open that begin with trading. */
interface Openings {
  firstOpenTimeFrom(time: number): number;
  closeTimeOf(openTime: number): number;
}

/**
 * Checks each bar by itself: one code a bar, {@link SOUND} or that of the first rule it breaks.
 *
 * `inFuture`: below a day, an interval that is not over at `now`; from a day up a label after `now`. Whether a day that
 * has begun is over depends on where it trades, see `unfinishedAt`.
 * @param openings of bars of less than a day that begin with trading; without them bars are of the UTC grid
 */
export function checkBars(columns: BarColumns, interval: BarInterval, now: number, openings?: Openings): Uint8Array {
  const { openTime, open, high, low, close, volume, state } = columns;
  const codes = new Uint8Array(openTime.length);
  const stepMs = fixedStepMs(interval);
  // Up to a day, midnight UTC is on the grid and one division tells; it is twice as fast as `%` on doubles.
  const onDailyGrid = stepMs !== undefined && stepMs <= DAY_MS;
  const lastOpenTime = stepMs !== undefined && stepMs < DAY_MS ? now - stepMs : now;
  for (let i = 0; i < openTime.length; i++) {
    const time = openTime[i];
    const o = open[i];
    const h = high[i];
    const l = low[i];
    const c = close[i];
    const spread = o + h + l + c; // not finite if one of the four is not
    let code = SOUND;
    if (!Number.isInteger(time) || time < EPOCH_MS_RANGE.minimum || time > EPOCH_MS_RANGE.maximum)
      code = CODE.invalidBar;
    else if (state[i] !== FINAL && state[i] !== PROVISIONAL) code = CODE.invalidBar;
    else if (!Number.isFinite(spread) && !areFinite(o, h, l, c)) code = CODE.invalidPrice;
    else if (l > o || l > c || o > h || c > h) code = CODE.highLowOrder;
    else if (volume[i] < 0) code = CODE.negativeVolume;
    else if (volume[i] === Infinity) code = CODE.invalidBar;
    else if (openings !== undefined) code = codeOnOpenings(time, now, openings);
    else if (onDailyGrid ? Math.floor(time / stepMs) * stepMs !== time : !isAligned(time, interval))
      code = CODE.notAligned;
    else if (time > lastOpenTime) code = CODE.inFuture;
    codes[i] = code;
  }
  checkOptional(columns, codes);
  return codes;
}

/** What a bar need not have must still make sense where it has it. */
function checkOptional({ low, trades, turnover, openInterest }: BarColumns, codes: Uint8Array): void {
  const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;
  const isAmount = (value: number): boolean => value >= 0 && value < Infinity;
  // At negative prices the buyer is paid.
  const isPaid = (value: number, i: number): boolean => isAmount(low[i] < 0 ? Math.abs(value) : value);
  checkColumn(trades, codes, CODE.invalidTrades, isCount);
  checkColumn(turnover, codes, CODE.invalidTurnover, isPaid);
  checkColumn(openInterest, codes, CODE.invalidOpenInterest, isAmount);
}

function checkColumn(
  values: Float64Array | undefined,
  codes: Uint8Array,
  code: number,
  isGood: (value: number, index: number) => boolean,
): void {
  for (let i = 0; values !== undefined && i < values.length; i++)
    if (codes[i] === SOUND && !Number.isNaN(values[i]) && !isGood(values[i], i)) codes[i] = code;
}

function codeOnOpenings(time: number, now: number, openings: Openings): number {
  if (openings.firstOpenTimeFrom(time) !== time) return CODE.notAligned;
  return openings.closeTimeOf(time) > now ? CODE.inFuture : SOUND;
}

// The sum of four large finite prices may overflow.
function areFinite(open: number, high: number, low: number, close: number): boolean {
  return Number.isFinite(open) && Number.isFinite(high) && Number.isFinite(low) && Number.isFinite(close);
}

/** The fault that a code other than {@link SOUND} stands for. */
export function faultOf(code: number): BarFault {
  return BAR_FAULTS[code - 1];
}

/**
 * The fault in words: what was found and what was expected.
 * @param closesAt when an interval that is `inFuture` closes, UTC epoch ms, where that is not plain from its length
 * @param openings as {@link checkBars} was given them
 */
export function describeFault(
  columns: BarColumns,
  index: number,
  fault: BarFault,
  interval: BarInterval,
  closesAt?: number,
  openings?: Openings,
): string {
  const { openTime, open, high, low, close, volume, trades, turnover, openInterest, state } = columns;
  const prices = `open ${open[index]}, high ${high[index]}, low ${low[index]}, close ${close[index]}`;
  switch (fault) {
    case 'invalidBar':
      return (
        `A field is missing, not a number or out of range: openTime ${openTime[index]}, ${prices}, ` +
        `volume ${volume[index]}, state ${state[index]}`
      );
    case 'invalidPrice':
      return `Prices must be finite numbers: ${prices}`;
    case 'highLowOrder':
      return `Open and close must be between low and high: ${prices}`;
    case 'negativeVolume':
      return `Volume must not be negative: ${volume[index]}`;
    case 'invalidTrades':
      return `The number of trades must be a whole number, not negative: ${trades?.[index]}`;
    case 'invalidTurnover':
      return `Turnover must be a finite number, and negative only where prices are: ${turnover?.[index]}, low ${low[index]}`;
    case 'invalidOpenInterest':
      return `Open interest must be a finite number, not negative: ${openInterest?.[index]}`;
    case 'notAligned': {
      if (openings !== undefined) return notAlignedToTrading(openTime[index], interval, openings);
      const grid = isoOfEpochMs(openTimeAt(openTime[index], interval));
      return `No ${interval} bar opens at ${isoOfEpochMs(openTime[index])}; the interval around it opens at ${grid}`;
    }
    case 'inFuture': {
      const closes = closesAt === undefined ? '' : `: it closes at ${isoOfEpochMs(closesAt)}`;
      return `The ${interval} interval that opens at ${isoOfEpochMs(openTime[index])} is not over yet${closes}`;
    }
    case 'ambiguousTime':
      return 'The time can be two moments';
    case 'duplicateInBatch':
      return `Two bars with different values for ${isoOfEpochMs(openTime[index])}: ${prices}`;
  }
}

function notAlignedToTrading(time: number, interval: BarInterval, openings: Openings): string {
  const next = isoOfEpochMs(openings.firstOpenTimeFrom(time));
  return `No ${interval} bar that begins with trading opens at ${isoOfEpochMs(time)}; the next one opens at ${next}`;
}

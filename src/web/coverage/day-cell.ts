import { grouped, shareText } from '../format/number.ts';
import { reasonWords } from '../format/reason.ts';

/** Expected bars of a UTC date, or of a longer span, by what became of them: `held`, or the reason why they are missing. */
export interface Tally {
  readonly expected: number;
  readonly bars: Readonly<Record<string, number>>;
}

/** Reasons that hide the others, the loudest first. */
const LOUD = ['providerError', 'quarantined', 'notFetched'] as const;
/** What nobody can hold. */
const QUIET = ['noTrades', 'notYet', 'beforeListing', 'afterDelisting'] as const;

/** What a cell shows. */
export interface CellLook {
  /** Held bars of those that could be held, from 0 to 1; undefined where none could. */
  readonly share: number | undefined;
  /** The loudest reason why bars are missing; undefined where nothing is missing that could be held. */
  readonly reason: string | undefined;
  /** Of a cell in which nothing could be held: why. `closed` where nothing was expected. */
  readonly quiet: string | undefined;
}

export function countOf({ bars }: Tally, status: string): number {
  return bars[status] ?? 0;
}

/** Bars that are held, or could be: all that is expected but what nobody can have. */
function holdable(tally: Tally): number {
  return QUIET.reduce((rest, reason) => rest - countOf(tally, reason), tally.expected);
}

export function lookOf(tally: Tally): CellLook {
  if (tally.expected === 0) return { share: undefined, reason: undefined, quiet: 'closed' };
  const could = holdable(tally);
  if (could === 0)
    return { share: undefined, reason: undefined, quiet: QUIET.find((reason) => countOf(tally, reason) > 0) };
  const known = LOUD.find((reason) => countOf(tally, reason) > 0);
  const held = countOf(tally, 'held');
  const other = Object.keys(tally.bars).find((status) => status !== 'held' && !QUIET.some((one) => one === status));
  return { share: held / could, reason: held === could ? undefined : (known ?? other), quiet: undefined };
}

/** Missing bars by reason, the loud ones first: what can be fetched comes before what cannot. */
export function missingIn(tally: Tally): { readonly reason: string; readonly bars: number }[] {
  const order: readonly string[] = [...LOUD, ...QUIET];
  return Object.entries(tally.bars)
    .filter(([reason, bars]) => reason !== 'held' && bars > 0)
    .map(([reason, bars]) => ({ reason, bars }))
    .sort((one, other) => order.indexOf(one.reason) - order.indexOf(other.reason));
}

/** A tally in words, such as `390 expected, 380 held (97.4 %), 10 not fetched`. */
export function tallyText(tally: Tally): string {
  if (tally.expected === 0) return 'no bars expected';
  const held = countOf(tally, 'held');
  const missing = missingIn(tally).map(({ reason, bars }) => `${grouped(bars)} ${reasonWords(reason).text}`);
  return [
    `${grouped(tally.expected)} expected`,
    `${grouped(held)} held (${shareText(held, tally.expected)})`,
    ...missing,
  ].join(', ');
}

export function sumOf(tallies: Iterable<Tally>): Tally {
  let expected = 0;
  const bars: Record<string, number> = {};
  for (const tally of tallies) {
    expected += tally.expected;
    for (const [status, count] of Object.entries(tally.bars)) bars[status] = (bars[status] ?? 0) + count;
  }
  return { expected, bars };
}

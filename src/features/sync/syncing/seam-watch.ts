import { concatColumns, DAY_MS, sliceColumns, type BarColumns, type TimeRange } from '../../../market/index.ts';
import type { BarsPage } from '../../../providers/contract/index.ts';
import type { SyncTask, SyncTools } from '../port.ts';
import { seriesOf } from './store-page.ts';
import { isVolumeJump, LEAST_BEFORE, LEVEL_BARS, MOST_VOLUMES, priceJump, unitJump } from './unit-jump.ts';

/** What lies further apart says nothing of each other. */
const NEIGHBOURS_WITHIN_MS = 31 * DAY_MS;
/** A price that moves by more from one page to the next is worth another question. */
const USUAL_MOVE = 1.2;

/** Looks at pages before they are stored beside others. */
export interface SeamWatch {
  /** @throws ConflictError `UNIT_JUMP`, unless a person accepted that */
  check(page: BarsPage): void;
  /** Pages at whose ends prices jump, so that one of them may be on another basis: each is told once. */
  takeDoubted(): readonly TimeRange[];
}

/** The oldest and the newest bars that are held, next to which new ones come. */
export function heldEdges(request: SyncTask, { port }: SyncTools): Promise<readonly BarColumns[]> {
  const series = seriesOf(request);
  return Promise.all([
    port.barsAtEdge({ ...series, limit: LEVEL_BARS, order: 'asc' }),
    port.barsAtEdge({ ...series, limit: MOST_VOLUMES, order: 'desc' }),
  ]);
}

/** Compares bars that come with those that came before, and with some that are held. */
export function watchSeams(request: SyncTask, held: readonly BarColumns[]): SeamWatch {
  let pageBefore: BarsPage | undefined;
  let doubted: TimeRange[] = [];

  function requireOneUnit(columns: BarColumns, older: BarColumns | undefined, newer: BarColumns | undefined): void {
    const before = older === undefined ? [] : [sliceColumns(older, -LEVEL_BARS, older.openTime.length)];
    const after = newer === undefined ? [] : [sliceColumns(newer, 0, LEVEL_BARS)];
    const joined = concatColumns([...before, columns, ...after]);
    const first = before.reduce((count, { openTime }) => count + openTime.length, 0);
    // Among bars that were held a jump was accepted; the first of those that just came were not judged yet.
    const seams = newer !== undefined && held.includes(newer) ? 1 : LEAST_BEFORE;
    const end = Math.min(joined.openTime.length, first + columns.openTime.length + seams);
    const at = priceJump(joined, first, end);
    if (at !== undefined) throw unitJump('prices', at, request);
    if (older !== undefined && held.includes(older) && isVolumeJump(older, columns))
      throw unitJump('volumes', columns.openTime[0], request);
  }

  return {
    check(page) {
      const { columns } = page;
      if (columns.openTime.length === 0) return;
      const known = [...held, ...(pageBefore === undefined ? [] : [pageBefore.columns])];
      const older = known.findLast((other) => isShortlyBefore(other, columns));
      const newer = known.findLast((other) => isShortlyBefore(columns, other));
      if (request.acceptJump !== true) requireOneUnit(columns, older, newer);
      if ((older !== undefined && isMove(older, columns)) || (newer !== undefined && isMove(columns, newer)))
        doubted.push(...(pageBefore === undefined ? [] : [pageBefore.covered]), page.covered);
      pageBefore = page;
    },
    takeDoubted() {
      const taken = [...new Set(doubted)];
      doubted = [];
      return taken;
    },
  };
}

function isShortlyBefore({ openTime }: BarColumns, { openTime: next }: BarColumns): boolean {
  const last = openTime[openTime.length - 1];
  return last < next[0] && next[0] - last <= NEIGHBOURS_WITHIN_MS;
}

function isMove({ close }: BarColumns, { open }: BarColumns): boolean {
  const ratio = open[0] / close[close.length - 1];
  return ratio > USUAL_MOVE || ratio < 1 / USUAL_MOVE;
}

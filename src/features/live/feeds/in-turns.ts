import { setImmediate as nextTurn } from 'node:timers/promises';

/** A few milliseconds of work: others get their turn in between. */
const AT_A_TURN = 50;

export async function inTurns<T>(items: readonly T[], work: (item: T) => void): Promise<void> {
  for (const [index, item] of items.entries()) {
    if (index % AT_A_TURN === AT_A_TURN - 1) await nextTurn();
    work(item);
  }
}

import type { Bus } from '../../platform/bus/index.ts';
import type { BarsCollections } from './collections.ts';
import { answerGetChanges, getChanges } from './queries/get-changes/get-changes.query.ts';
import { answerGetCorrections, getCorrections } from './queries/get-corrections/get-corrections.query.ts';
import { answerGetNewestSeq, getNewestSeq } from './queries/get-newest-seq/get-newest-seq.query.ts';
import { answerGetQuarantine, getQuarantine } from './queries/get-quarantine/get-quarantine.query.ts';
import { answerGetRevisions, getRevisions } from './queries/get-revisions/get-revisions.query.ts';
import { answerGetStoredTotals, getStoredTotals } from './queries/get-stored-totals/get-stored-totals.query.ts';

/** Gives the bus what tells how bars came to be as they are. */
export function registerHistory(bus: Bus, collections: BarsCollections): void {
  bus.answer(getChanges, answerGetChanges(collections));
  bus.answer(getCorrections, answerGetCorrections(collections));
  bus.answer(getNewestSeq, answerGetNewestSeq(collections));
  bus.answer(getQuarantine, answerGetQuarantine(collections));
  bus.answer(getRevisions, answerGetRevisions(collections));
  bus.answer(getStoredTotals, answerGetStoredTotals(collections));
}

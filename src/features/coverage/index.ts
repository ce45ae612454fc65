import type { Bus } from '../../platform/bus/index.ts';
import type { Database } from '../../platform/database/index.ts';
import { openCoverageCollections } from './collections.ts';
import { handleNoteBasis, noteBasis } from './commands/note-basis/note-basis.command.ts';
import { forgetCoverage, handleForgetCoverage } from './commands/forget-coverage/forget-coverage.command.ts';
import { handleRecordCoverage, recordCoverage } from './commands/record-coverage/record-coverage.command.ts';
import { answerGetManyLedgers, getManyLedgers } from './queries/get-many-ledgers/get-many-ledgers.query.ts';
import { answerGetLedger, getLedger } from './queries/get-ledger/get-ledger.query.ts';
import { answerGetCoverage, getCoverage, type CoveragePort } from './queries/get-coverage/get-coverage.query.ts';
import {
  answerGetManyCoverages,
  getManyCoverages,
  type ManyCoveragesPort,
} from './queries/get-many-coverages/get-many-coverages.query.ts';

export { coverageDocuments } from './stored-documents.ts';
export { forgetCoverage, getLedger, getCoverage, getManyCoverages, getManyLedgers, noteBasis, recordCoverage };
export type { Ledger } from './queries/get-ledger/get-ledger.query.ts';
export type { ManyCoverages, SeriesCoverage } from './queries/get-many-coverages/get-many-coverages.query.ts';
export type { CoverageAnswer } from './queries/get-coverage/get-coverage.query.ts';

export interface CoverageWiring {
  readonly bus: Bus;
  readonly database: Database;
  readonly port: Omit<CoveragePort, 'ledgerOf'> & ManyCoveragesPort;
}

/** Gives the bus the handlers of this slice. */
export function registerCoverage({ bus, database, port }: CoverageWiring): void {
  const collections = openCoverageCollections(database);
  bus.handle(recordCoverage, handleRecordCoverage(collections));
  bus.handle(noteBasis, handleNoteBasis(collections));
  bus.handle(forgetCoverage, handleForgetCoverage(collections));
  bus.answer(getLedger, answerGetLedger(collections));
  bus.answer(getManyLedgers, answerGetManyLedgers(collections));
  const ledgerOf: CoveragePort['ledgerOf'] = (question) => bus.ask(getLedger(question));
  const coverageOf = answerGetCoverage({ ...port, ledgerOf });
  bus.answer(getCoverage, coverageOf);
  bus.answer(getManyCoverages, answerGetManyCoverages(port, coverageOf));
}

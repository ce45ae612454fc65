// What reads and stores bars of many series at once, for other slices and doors.
export {
  upsertManyBars,
  type SeriesOutcome,
  type UpsertManyOutcome,
} from './commands/upsert-many-bars/upsert-many-bars.command.ts';
export { getManyBars, type ManyBars } from './queries/get-many-bars/get-many-bars.query.ts';
export type { ManyEnd, RefusedSeries } from './reading/open-many.ts';

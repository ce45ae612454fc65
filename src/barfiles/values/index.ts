export { isEmptyCell } from './empty-cell.ts';
export type { DateOrder, EpochUnitName, TimeForm } from './time-form.ts';
export { TimeFormFinder, type TimeFormOptions } from './time-forms.ts';
export type { DecimalSign, NumberForm } from './number-form.ts';
export { NumberFormFinder, type NumberFormOptions } from './number-forms.ts';
export { ZonedSeries, type PlaceRow, type ZoneFault } from './zoned-series.ts';
export { ZonedTimes } from './zoned-times.ts';
export { zoneNamed } from './zone-names.ts';

export { isEmptyCell } from './empty-cell.ts';
export { DATE_ORDERS, EPOCH_UNITS, type DateOrder, type EpochUnitName, type TimeForm } from './time-form.ts';
export { TimeFormFinder, type TimeFormOptions } from './time-forms.ts';
export { DECIMAL_SIGNS, type DecimalSign, type NumberForm } from './number-form.ts';
export { NumberFormFinder, type NumberFormOptions } from './number-forms.ts';
export { ZonedSeries, type PlaceRow, type ZoneFault } from './zoned-series.ts';
export { ZonedTimes } from './zoned-times.ts';
export { zoneNamed } from './zone-names.ts';

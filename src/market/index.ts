export * from './instrument/instrument-id.ts';
export * from './interval/bar-interval.ts';
export * from './series/series-id.ts';
export * from './time/epoch-ms.ts';
export * from './time/time-range.ts';
export * from './bar/bar.ts';
export * from './bar/bar-columns.ts';

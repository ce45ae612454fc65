export type * from './market-data-provider.ts';
export { priorityOf, symbolAt } from './asking.ts';
export { barPages, closedPart, type VendorBar } from './bar-pages.ts';
export { localDay } from './local-day.ts';

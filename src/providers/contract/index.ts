export type * from './live-connection.ts';
export type * from './market-data-provider.ts';
export type * from './requested-instrument.ts';
export { priorityOf, symbolAt } from './asking.ts';
export { liveSymbols } from './live-symbols.ts';
export { barPages, closedPart, type VendorBar } from './bar-pages.ts';
export { PROVIDER_NAME_FORMAT, providerCalled, providerFor, symbolAmong } from './provider-names.ts';
export { withinDeadline } from './within-deadline.ts';
export { localDay } from './local-day.ts';

export type * from './market-data-provider.ts';

export * from './ask.ts';
export * from './fake-tradingview.ts';
export * from './faults.ts';
export * from './packets.ts';
export * from './seed.ts';

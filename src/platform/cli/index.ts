export * from './table.ts';
export * from './terminal.ts';
export * from './cli.ts';

export * from './output.ts';
export * from './table.ts';
export * from './terminal.ts';
export * from './cli.ts';
export { unwritable } from './unwritable.ts';

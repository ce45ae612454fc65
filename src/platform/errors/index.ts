export * from './codes.ts';
export * from './errors.ts';
export * from './read-field.ts';
export * from './schema-faults.ts';

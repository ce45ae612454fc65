import type { Operations } from './operations.ts';

export type OperationName = keyof Operations;

/** What an operation is given: the fields of path, query and body together. */
export type Input<Name extends OperationName> = OrUndefined<Operations[Name]['input']>;
/** What an operation answers. */
export type Answer<Name extends OperationName> = Operations[Name]['answer'];

/** The same fields; those that may be left out may be `undefined`. */
type OrUndefined<Given> = {
  readonly [Name in keyof Given]: object extends Pick<Given, Name> ? Given[Name] | undefined : Given[Name];
};

/** Bars as objects, or as columns where they are asked for. */
export type GetBarsInput = Omit<Input<'getBars'>, 'format'> & { readonly format?: 'json' | 'columns' | undefined };
/** What bars are asked by, whatever their form. */
export type AskedBars = Omit<GetBarsInput, 'format'>;
export type Bar = BarsAnswer<'json'>['bars'][number];
export type Change = Answer<'getChanges'>['changes'][number];
export type FileFormat = Exclude<Input<'getBars'>['format'], GetBarsInput['format']>;

export type BarsAnswer<Format> =
  | (Format extends 'columns' ? Extract<Answer<'getBars'>, { columns: unknown }> : never)
  | (Format extends 'json' ? Extract<Answer<'getBars'>, { bars: unknown }> : never);

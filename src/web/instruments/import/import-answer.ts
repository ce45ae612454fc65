import type { Answer } from '../../../client/index.ts';

type ImportAnswer = Answer<'importBars'>;

/** How a file would be read, with its first rows. */
export type Preview = Extract<ImportAnswer, { readonly faults: unknown }>;
export type Reading = Preview['reading'];
/** Of several files, each with its own preview or why it is refused. */
export type Previews = Exclude<Extract<ImportAnswer, { readonly files: unknown }>, { readonly stopped: unknown }>;
export type Imported = Extract<ImportAnswer, { readonly inserted: number }>;
export type ImportedFiles = Extract<ImportAnswer, { readonly files: unknown; readonly stopped: boolean }>;
type Ordered = Extract<ImportAnswer, { readonly id: string }>;

export type PreviewAnswer = Preview | Previews;
export type Outcome = Imported | ImportedFiles;
export type Accepted = Outcome | Ordered;

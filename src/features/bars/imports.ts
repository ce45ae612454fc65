/** What others see of imports. */
export { importBars, type ImportOutcome, type ImportProgress } from './commands/import-bars/import-bars.command.ts';
export {
  importFiles,
  type ImportedFile,
  type ImportedFiles,
  type ImportFilesProgress,
} from './commands/import-files/import-files.command.ts';
export type { UploadLoad } from './commands/import-upload/import-job.ts';
export { readBarFile, type BarFilePreview } from './queries/read-bar-file/read-bar-file.query.ts';
export { readBarFiles, type PreviewedFile } from './queries/read-bar-file/read-bar-files.query.ts';

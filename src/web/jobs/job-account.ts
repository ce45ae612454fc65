import type { Job } from './job.ts';

export interface Count {
  readonly name: string;
  readonly count: number;
  readonly meaning: string;
  /** Something that is to be looked at. */
  readonly isTrouble?: boolean;
}

const BAR_COUNTS = [
  { key: 'inserted', name: 'inserted', meaning: 'bars that were new' },
  { key: 'changed', name: 'changed', meaning: 'bars that had another value, or were provisional and are final now' },
  { key: 'unchanged', name: 'unchanged', meaning: 'bars that were stored already' },
  { key: 'skippedStale', name: 'older', meaning: 'bars older than what is stored: left out' },
  { key: 'rejected', name: 'rejected', meaning: 'bars that cannot be right: kept in quarantine', isTrouble: true },
] as const;

/** What a job has counted, in the order in which it is told. */
export function accountOf(job: Job): readonly Count[] {
  const { progress } = job;
  if ('rows' in progress) return accountOfImport(progress, job.outcome);
  const { expected, wanted, fetched, empty, failed, requests } = progress;
  return [
    ...(expected === null
      ? []
      : [{ name: 'expected', count: expected, meaning: 'bars that the schedule expects in the range' }]),
    { name: 'missing before', count: wanted, meaning: 'bars that were expected and missing when it began' },
    { name: 'fetched', count: fetched, meaning: 'bars that the provider gave' },
    ...BAR_COUNTS.map(({ key, ...told }) => ({ ...told, count: progress[key] })),
    { name: 'empty', count: empty, meaning: 'intervals in which nothing was traded, as the provider says' },
    { name: 'failed', count: failed, meaning: 'intervals for which the provider could not answer', isTrouble: true },
    { name: 'requests', count: requests, meaning: 'requests to the provider' },
  ];
}

type ImportProgress = Extract<Job['progress'], { readonly rows: number }>;

function accountOfImport({ rows, files }: ImportProgress, outcome: Job['outcome']): readonly Count[] {
  return [
    ...(files === undefined ? [] : [{ name: 'files', count: files, meaning: 'files that were read' }]),
    { name: 'rows', count: rows, meaning: 'rows that were read' },
    ...(outcome === null
      ? []
      : BAR_COUNTS.map(({ key, ...told }) => ({ ...told, count: importedCount(outcome, key) }))),
  ];
}

/** Of one file, or of the files of a zip together. */
function importedCount(outcome: object, key: string): number {
  const told = outcome as Readonly<Record<string, unknown>>;
  const files = told['files'];
  if (!Array.isArray(files)) return typeof told[key] === 'number' ? told[key] : 0;
  return files.reduce(
    (sum: number, file: { readonly outcome: object | null }) =>
      sum + (file.outcome === null ? 0 : importedCount(file.outcome, key)),
    0,
  );
}

/** What is worth a line beside a job: what is not 0 and says what became of the bars. */
export function shortAccountOf(job: Job): readonly Count[] {
  return accountOf(job).filter(({ name, count }) => count > 0 && name !== 'requests' && name !== 'missing before');
}

/** Rows of imported files that were refused for the same reason. */
export interface Rejection {
  readonly file: string | undefined;
  readonly code: string;
  readonly rows: number;
  /** Of the first of them, from 1. */
  readonly lines: readonly number[];
  /** What was wrong with the first. */
  readonly message: string;
}

/** A file of several that was refused as a whole. */
export interface RefusedFile {
  readonly file: string;
  readonly message: string;
}

interface ToldOutcome {
  readonly rejections?: readonly Omit<Rejection, 'file'>[];
}

interface ToldFile {
  readonly file: string;
  readonly outcome: ToldOutcome | null;
  readonly error: { readonly message: string } | null;
}

const MOST_LISTED = 100;
const filesOf = ({ outcome }: Job): readonly ToldFile[] => (outcome?.['files'] ?? []) as readonly ToldFile[];

/** What of an import was not stored, and why; the first reasons. */
export function rejectionsOf(job: Job): readonly Rejection[] {
  const ofFile = ({ rejections = [] }: ToldOutcome, file?: string): Rejection[] =>
    rejections.map(({ code, rows, lines, message }) => ({ file, code, rows, lines, message }));
  const ofFiles = filesOf(job).flatMap(({ file, outcome }) => (outcome === null ? [] : ofFile(outcome, file)));
  return [...ofFile(job.outcome ?? {}), ...ofFiles].slice(0, MOST_LISTED);
}

export function refusedFilesOf(job: Job): readonly RefusedFile[] {
  const refused = filesOf(job).flatMap(({ file, error }) => (error === null ? [] : [{ file, message: error.message }]));
  return refused.slice(0, MOST_LISTED);
}

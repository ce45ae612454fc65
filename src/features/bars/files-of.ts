import { barInterval, instrumentId, type BarInterval } from '../../market/index.ts';
import { InvalidRequestError, readField } from '../../platform/errors/index.ts';
import { isStream, nameTemplate, openMembers, spool, type BarFileSource } from '../../barfiles/index.ts';

/** A file to be read: the source itself, or one that it packs. */
export interface FoundFile {
  /** As it is told to the user. */
  readonly file: string;
  readonly source: BarFileSource;
  /** Names that may say what it holds, the first one first. */
  readonly names: readonly string[];
}

/** More than any vendor packs into a zip; an answer tells of each. */
const MOST_FILES = 10_000;

/**
 * All data files of a zip of several; else the one that the source is. They can be read until `use` has ended.
 * @param fileName what a source without a path is called
 * @throws InvalidRequestError `FILE_UNREADABLE`, `FILE_DAMAGED`, `UNKNOWN_FORMAT`, `ZIP_MANY_FILES` if there are too many
 */
export async function withFilesOf<Result>(
  source: BarFileSource,
  fileName: string | undefined,
  use: (files: readonly FoundFile[]) => Promise<Result>,
): Promise<Result> {
  const spooled = isStream(source) ? await spool(source) : undefined;
  const stored = spooled?.path ?? (source as Exclude<BarFileSource, AsyncIterable<Uint8Array>>);
  try {
    if (typeof stored !== 'string') return await use([{ file: stored.name, source: stored, names: [stored.name] }]);
    const { members, close } = await openMembers(stored);
    try {
      if (members.length > MOST_FILES)
        throw new InvalidRequestError(
          'ZIP_MANY_FILES',
          `The zip holds ${members.length} files; at most ${MOST_FILES} of one zip are read: import it in parts`,
        );
      const own = fileName ?? (typeof source === 'string' ? source : '');
      const names = members.map(({ name }) => name);
      const all = members.map((member) => ({ file: member.name, source: member, names: [member.name] }));
      return await use(
        members.length > 1 ? all : [{ file: own || (names[0] ?? ''), source: stored, names: [own, ...names] }],
      );
    } finally {
      await close();
    }
  } finally {
    await spooled?.remove();
  }
}

export interface NamedReading {
  readonly instrumentId?: string | undefined;
  readonly exchange?: string | undefined;
  readonly interval?: BarInterval | undefined;
}

/**
 * How a file is to be read, with what its name says by a template.
 * @throws InvalidRequestError `NAME_TEMPLATE_INVALID`, `INSTRUMENT_NEEDED`, `INVALID_REQUEST` if no name is as the template says
 */
export function readingByName<Reading extends NamedReading>(
  names: readonly string[],
  template: string,
  given: Reading,
): Reading {
  const read = nameTemplate(template);
  const named = names.map(read).find((found) => found !== undefined);
  if (named === undefined)
    throw new InvalidRequestError(
      'INVALID_REQUEST',
      `The name of ${names[0] || 'the file'} is not as --name ${template} says`,
    );
  const { symbol } = named;
  const exchange = named.exchange ?? given.exchange;
  const interval = named.interval === undefined ? given.interval : readField('interval', named.interval, barInterval);
  if (symbol === undefined) return { ...given, exchange, interval };
  if (exchange === undefined)
    throw new InvalidRequestError(
      'INSTRUMENT_NEEDED',
      'The exchange of the symbols is not known; name it with --exchange',
    );
  const id = readField('instrumentId', `${exchange}:${symbol}`, instrumentId);
  return { ...given, instrumentId: id, exchange: undefined, interval };
}

const FILES_AT_A_TIME = 4;

/** Works on some files at a time, until the signal ends it; results are in the order of the items. */
export async function atATime<Item, Result>(
  items: readonly Item[],
  signal: AbortSignal,
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const left = items.entries();
  let isOver = false;
  async function workOn(): Promise<void> {
    for (const [at, item] of left) {
      if (signal.aborted || isOver) return;
      results[at] = await work(item);
    }
  }
  const working = Array.from({ length: FILES_AT_A_TIME }, () =>
    workOn().catch((error: unknown) => {
      isOver = true;
      throw error;
    }),
  );
  try {
    await Promise.all(working);
  } finally {
    await Promise.allSettled(working);
  }
  return results.filter(() => true); // those that were not begun are left out
}

import { openBarFile, type BarFile as OpenedFile } from '../../barfiles/index.ts';
import { InvalidRequestError, ProviderError } from '../../platform/errors/index.ts';
import type { VendorBar } from '../contract/index.ts';
import type { BarFile, DataFile } from './bar-files.ts';

/**
 * The bars of a file, ascending by time; rows before `from` that are no bars are passed over.
 * @throws ProviderError `PROVIDER_ANSWER_INVALID`, where it can be told with the line; `PROVIDER_UNAVAILABLE` if the file
 *   cannot be read
 */
export async function* readBars(file: BarFile, now: number, from = -Infinity): AsyncGenerator<VendorBar> {
  let last = -Infinity;
  let opened: OpenedFile | undefined;
  try {
    const { instrumentId, interval } = file;
    const options = { instrumentId, interval, forceInterval: true, timezone: 'UTC', defaultState: 'final' } as const;
    opened = await openBarFile(file.path, options, { now, hoursOf: unknownHours });
    for await (const { columns, lines, faults } of opened.batches) {
      const fault = faults.find(({ openTime = from }) => openTime >= from);
      for (let at = 0; at < lines.length && lines[at] < (fault?.line ?? Infinity); at++) {
        const openTime = columns.openTime[at];
        requireAscending(file, lines[at], last, openTime);
        last = openTime;
        yield {
          openTime,
          open: columns.open[at],
          high: columns.high[at],
          low: columns.low[at],
          close: columns.close[at],
          volume: columns.volume[at],
        };
      }
      if (fault !== undefined) throw damaged(file, fault.line, fault.message);
    }
  } catch (error) {
    throw ofProvider(file, error);
  } finally {
    await opened?.close();
  }
}

/** Files of a folder are in UTC, whatever trades. */
const unknownHours = async () => ({ sessions: 'regular' }) as const;

export function requireAscending(file: DataFile, line: number, last: number, time: number): void {
  if (time < last) throw damaged(file, line, 'rows must ascend by their time');
}

export function damaged(file: DataFile, line: number, why: string): ProviderError {
  return new ProviderError('PROVIDER_ANSWER_INVALID', `files: ${file.path}, line ${line}: ${why}`);
}

/** What is wrong with a file is nothing that the caller could change. */
export function ofProvider({ path }: DataFile, error: unknown): unknown {
  if (!(error instanceof InvalidRequestError)) return error;
  const { code, message } = error;
  return code === 'FILE_UNREADABLE'
    ? new ProviderError('PROVIDER_UNAVAILABLE', `files: ${message}`, { cause: error })
    : new ProviderError('PROVIDER_ANSWER_INVALID', `files: ${path}: ${message}`, { cause: error });
}

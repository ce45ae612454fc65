import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  BAR_INTERVALS,
  instrumentId,
  INSTRUMENT_ID_PATTERN,
  type BarInterval,
  type InstrumentId,
} from '../../market/index.ts';
import { ProviderError } from '../../platform/errors/index.ts';
import type { RequestedInstrument } from '../contract/index.ts';

export type FileFormat = 'csv' | 'ndjson';

/** A file of bars, as its name tells: `COINBASE_BTCUSD_1m.csv`. */
export interface BarFile {
  readonly path: string;
  readonly instrumentId: InstrumentId;
  /** The name without interval and ending: `COINBASE_BTCUSD`. */
  readonly symbol: string;
  readonly interval: BarInterval;
  readonly format: FileFormat;
  readonly isGzip: boolean;
}

// No exchange has an underscore, so that a name belongs to one instrument only; a symbol may have one.
const fileName = /^([A-Z0-9.-]+)_([A-Z0-9._-]+)_([0-9]+[smhdwM])\.(csv|ndjson)(\.gz)?$/;
const idText = new RegExp(INSTRUMENT_ID_PATTERN);

/**
 * The files of bars in a folder; other names are passed over. What is opened comes from this list, so that no id leads
 * out of the folder, and `1m` is not taken for `1M` where the file system does not tell them apart.
 * @throws ProviderError `PROVIDER_UNAVAILABLE` if the folder cannot be read
 */
export async function listBarFiles(folder: string): Promise<BarFile[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    throw new ProviderError('PROVIDER_UNAVAILABLE', `files: cannot read the folder ${folder}`, { cause: error });
  });
  return names.sort().flatMap((name) => barFileOf(folder, name) ?? []);
}

function barFileOf(folder: string, name: string): BarFile | undefined {
  const [, exchange, symbol, intervalText, format, gzip] = fileName.exec(name) ?? [];
  const interval = BAR_INTERVALS.find((known) => known === intervalText);
  const id = `${exchange}:${symbol}`;
  if (interval === undefined || !idText.test(id)) return undefined;
  return {
    path: join(folder, name),
    instrumentId: instrumentId(id),
    symbol: `${exchange}_${symbol}`,
    interval,
    format: format as FileFormat,
    isGzip: gzip !== undefined,
  };
}

/**
 * The one file with an instrument's bars; an alias names it by `EXCHANGE_SYMBOL`.
 * @throws ProviderError `PROVIDER_SYMBOL_UNKNOWN` if there is none, `PROVIDER_REFUSED` if there are two
 */
export async function findBarFile(
  folder: string,
  instrument: RequestedInstrument,
  interval: BarInterval,
): Promise<BarFile> {
  const ofInstrument = (await listBarFiles(folder)).filter((file) => isOf(file, instrument));
  const [found, another] = ofInstrument.filter((file) => file.interval === interval);
  if (another !== undefined)
    throw new ProviderError('PROVIDER_REFUSED', `files: ${found.path} and ${another.path} hold the same; remove one`);
  if (found !== undefined) return found;
  const others = ofInstrument.map((file) => file.interval).join(' ');
  const wanted = `${interval} bars of ${instrument.symbol ?? instrument.instrumentId}`;
  throw new ProviderError(
    'PROVIDER_SYMBOL_UNKNOWN',
    `files: no file in ${folder} has ${wanted}${others === '' ? '' : `; there are ${others}`}`,
  );
}

export function isOf(file: BarFile, { instrumentId: id, symbol }: RequestedInstrument): boolean {
  return symbol === undefined ? file.instrumentId === id : file.symbol === symbol;
}

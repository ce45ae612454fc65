import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { BAR_INTERVALS, instrumentIdIn, type BarInterval, type InstrumentId } from '../../market/index.ts';
import { symbolInName } from '../../barfiles/index.ts';
import { ProviderError } from '../../platform/errors/index.ts';
import type { RequestedInstrument } from '../contract/index.ts';

/** A file of an instrument, as its name tells: `COINBASE_BTCUSD_1m.csv`, `COINBASE_BTCUSD_trades.csv`. */
export interface DataFile {
  readonly path: string;
  readonly instrumentId: InstrumentId;
  /** The name without what it holds and its ending: `COINBASE_BTCUSD`. */
  readonly symbol: string;
}

export interface BarFile extends DataFile {
  readonly interval: BarInterval;
}

export interface FolderFiles {
  readonly bars: readonly BarFile[];
  readonly trades: readonly DataFile[];
}

// No exchange has an underscore, so that a name belongs to one instrument only; a symbol may have one. What no file name
// may hold is percent-encoded: `BINANCE_BTC%2FUSDT%3AUSDT_1m.csv`.
const fileName = /^([A-Z0-9.-]+)_(.+)_([0-9]+[smhdwM]|trades)\.(?:csv|ndjson)(?:\.gz)?$/;

/**
 * The files of bars and trades in a folder; other names are passed over. What is opened comes from this list, so that no id leads
 * out of the folder, and `1m` is not taken for `1M` where the file system does not tell them apart.
 * @throws ProviderError `PROVIDER_UNAVAILABLE` if the folder cannot be read
 */
export async function listFiles(folder: string): Promise<FolderFiles> {
  const names = await readdir(folder).catch((error: unknown) => {
    throw new ProviderError('PROVIDER_UNAVAILABLE', `files: cannot read the folder ${folder}`, { cause: error });
  });
  const bars: BarFile[] = [];
  const trades: DataFile[] = [];
  for (const name of names.sort()) {
    const [, exchange, symbol, holds] = fileName.exec(name) ?? [];
    if (symbol === undefined) continue;
    const instrumentId = instrumentIdIn(`${exchange}:${symbolInName(symbol)}`);
    if (instrumentId === undefined) continue;
    const file: DataFile = {
      path: join(folder, name),
      instrumentId,
      symbol: `${exchange}_${symbol}`,
    };
    const interval = BAR_INTERVALS.find((known) => known === holds);
    if (interval !== undefined) bars.push({ ...file, interval });
    else if (holds === 'trades') trades.push(file);
  }
  return { bars, trades };
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
  const ofInstrument = (await listFiles(folder)).bars.filter((file) => isOf(file, instrument));
  const found = onlyOne(ofInstrument.filter((file) => file.interval === interval));
  if (found !== undefined) return found;
  const others = ofInstrument.map((file) => file.interval).join(' ');
  const wanted = `${interval} bars of ${instrument.symbol ?? instrument.instrumentId}`;
  throw new ProviderError(
    'PROVIDER_SYMBOL_UNKNOWN',
    `files: no file in ${folder} has ${wanted}${others === '' ? '' : `; there are ${others}`}`,
  );
}

/**
 * The file to replay an instrument from: its trades, else its finest bars.
 * @throws ProviderError `PROVIDER_SYMBOL_UNKNOWN` if there is none, `PROVIDER_REFUSED` if there are two
 */
export async function findFinestFile(folder: string, instrument: RequestedInstrument): Promise<BarFile | DataFile> {
  const { bars, trades } = await listFiles(folder);
  const ofTrades = onlyOne(trades.filter((file) => isOf(file, instrument)));
  if (ofTrades !== undefined) return ofTrades;
  const ofBars = bars.filter((file) => isOf(file, instrument));
  const finest = BAR_INTERVALS.find((interval) => ofBars.some((file) => file.interval === interval));
  const found = onlyOne(ofBars.filter(({ interval }) => interval === finest));
  if (found !== undefined) return found;
  const wanted = instrument.symbol ?? instrument.instrumentId;
  throw new ProviderError('PROVIDER_SYMBOL_UNKNOWN', `files: no file in ${folder} has trades or bars of ${wanted}`);
}

function onlyOne<File extends DataFile>([found, another]: readonly File[]): File | undefined {
  if (found === undefined || another === undefined) return found;
  throw new ProviderError('PROVIDER_REFUSED', `files: ${found.path} and ${another.path} hold the same; remove one`);
}

export function isOf(file: DataFile, { instrumentId: id, symbol }: RequestedInstrument): boolean {
  return symbol === undefined ? file.instrumentId === id : file.symbol === symbol;
}

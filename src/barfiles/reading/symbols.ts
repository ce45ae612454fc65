import { instrumentIdIn } from '../../market/index.ts';
import { InvalidRequestError } from '../../platform/errors/index.ts';
import { plainName } from '../columns/column-names.ts';
import { textOfCell, type Table } from '../tables/table.ts';
import type { ChosenColumns } from './chosen-columns.ts';
import type { ReadingOptions } from './reading-options.ts';

type Cells = readonly unknown[];

/** So many symbols are named where a choice is asked for. */
const SHOWN_SYMBOLS = 5;

/** Decides whose bars a file's rows are: one instrument's, or each that of its symbol. */
export class SymbolChooser {
  readonly #columns: ChosenColumns;
  readonly #options: ReadingOptions;
  readonly #seen = new Set<string>();
  readonly #exchanges = new Set<string>();
  readonly #ofFile: string | undefined;
  /** The column of symbols is called `instrumentId`, as we write it: its cells name the exchange too. */
  readonly #mayBeIds: boolean;
  /** By what rows name. */
  readonly #ids = new Map<string, string | undefined>();

  constructor(columns: ChosenColumns, { about, names }: Pick<Table, 'about' | 'names'>, options: ReadingOptions) {
    this.#columns = columns;
    this.#mayBeIds = plainName(names?.[columns.symbol] ?? '') === 'instrumentid';
    this.#options = options;
    this.#ofFile = [about['symbol'], about['ticker']].find((one) => typeof one === 'string');
    if (options.symbolColumn !== undefined && options.instrumentId !== undefined && options.symbol === undefined)
      throw new InvalidRequestError(
        'MANY_INSTRUMENTS',
        'A column of symbols goes with --exchange, not with --instrument; or take one with --symbol',
      );
    if (options.instrumentId !== undefined || this.isManyWanted) return;
    const whose =
      columns.symbol >= 0
        ? 'name the exchange of its symbols with --exchange, or --instrument'
        : 'name it with --instrument';
    throw new InvalidRequestError('INSTRUMENT_NEEDED', `The file does not say whose bars it holds: ${whose}`);
  }

  /** Whether each symbol of the file becomes a series. */
  get isMany(): boolean {
    return this.#options.instrumentId === undefined && this.#columns.symbol >= 0 && this.#options.symbol === undefined;
  }

  /** Whether every row of the file must be of one symbol, which only the whole of it shows. */
  get mustBeOne(): boolean {
    const { instrumentId, symbol } = this.#options;
    return (
      (instrumentId !== undefined && this.#columns.symbol >= 0 && symbol === undefined) || this.#mustBeOfOneExchange
    );
  }

  /** Whether rows of one symbol are always of one instrument. */
  get isBySymbolAlone(): boolean {
    const { instrumentId, exchange } = this.#options;
    return this.#columns.exchange < 0 || instrumentId !== undefined || exchange !== undefined;
  }

  get #mustBeOfOneExchange(): boolean {
    const { instrumentId, exchange } = this.#options;
    return this.#columns.exchange >= 0 && (instrumentId !== undefined || exchange !== undefined);
  }

  private get isManyWanted(): boolean {
    const { exchange, symbol } = this.#options;
    const hasSymbols = this.#columns.symbol >= 0 || symbol !== undefined || this.#ofFile !== undefined;
    return hasSymbols && (exchange !== undefined || this.#columns.exchange >= 0 || this.#mayBeIds);
  }

  /** @throws InvalidRequestError `MANY_INSTRUMENTS` if the row is of another symbol than the ones before, and one instrument was named */
  note(row: Cells): void {
    const { symbol: place } = this.#columns;
    const symbol = place < 0 ? '' : textOf(row[place]);
    if (this.#mustBeOfOneExchange && (this.#options.symbol ?? symbol) === symbol) this.#noteExchange(row);
    if (symbol === '' || this.#seen.has(symbol)) return;
    this.#seen.add(symbol);
    const { instrumentId, symbol: wanted } = this.#options;
    if (instrumentId === undefined || wanted !== undefined || this.#seen.size < 2) return;
    throw new InvalidRequestError(
      'MANY_INSTRUMENTS',
      `The file holds several symbols (${[...this.#seen].slice(0, SHOWN_SYMBOLS).join(', ')}, …): take one with --symbol, or all with --exchange instead of --instrument`,
    );
  }

  #noteExchange(row: Cells): void {
    const exchange = textOf(row[this.#columns.exchange]);
    if (exchange !== '') this.#exchanges.add(exchange);
    if (this.#exchanges.size < 2) return;
    throw new InvalidRequestError(
      'MANY_INSTRUMENTS',
      `The file holds bars of several exchanges (${[...this.#exchanges].join(', ')}): import it without --instrument and --exchange, and each becomes a series`,
    );
  }

  /** Whose bar a row is; `''` for one that is not wanted, `undefined` where it names none that can be. */
  instrumentOf(row: Cells): string | undefined {
    const { instrumentId: named, exchange, symbol: wanted } = this.#options;
    const { symbol: place, exchange: exchangePlace } = this.#columns;
    const symbol = place >= 0 ? textOf(row[place]) : (wanted ?? this.#ofFile ?? '');
    if (wanted !== undefined && symbol !== wanted) return '';
    if (named !== undefined) return named;
    if (symbol === '') return undefined;
    if (exchange !== undefined) return this.#idOf(symbol, exchange, symbol);
    const market = exchangePlace >= 0 ? textOf(row[exchangePlace]) : '';
    if (market !== '') return this.#idOf(`${market}:${symbol}`, market, symbol);
    return this.#mayBeIds ? this.#idOf(symbol, '', symbol) : undefined;
  }

  /** A symbol that begins with its exchange is an id already. */
  #idOf(key: string, exchange: string, symbol: string): string | undefined {
    const known = this.#ids.get(key);
    if (known !== undefined || this.#ids.has(key)) return known;
    const isId = exchange === '' || symbol.startsWith(`${exchange}:`);
    const id = instrumentIdIn(isId ? symbol : `${exchange}:${symbol}`);
    this.#ids.set(key, id);
    return id;
  }

  /** Values of rows by whose they are, in their order. */
  bySeries(rows: readonly Cells[], values: readonly number[]): number[][] {
    const series = new Map<string, number[]>();
    for (const [index, row] of rows.entries()) {
      const id = this.instrumentOf(row);
      if (id === undefined || id === '') continue;
      const known = series.get(id);
      if (known === undefined) series.set(id, [values[index]]);
      else known.push(values[index]);
    }
    return [...series.values()];
  }

  /** Whose hours decide of the file's zone: all its symbols are of one exchange. */
  firstInstrument(rows: readonly Cells[]): string | undefined {
    for (const row of rows) {
      const id = this.instrumentOf(row);
      if (id !== undefined && id !== '') return id;
    }
    return undefined;
  }
}

function textOf(cell: unknown): string {
  return textOfCell(cell).trim();
}

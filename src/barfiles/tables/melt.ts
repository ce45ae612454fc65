import type { Row, Table } from './table.ts';

/**
 * A table whose columns belong to symbols, as data frames of several have it, with a row for each symbol instead.
 * @param symbolOf of each column; empty for those of all symbols, such as the time
 */
export function melted(table: Table, symbolOf: readonly string[]): Table {
  const { names = [] } = table;
  const symbols = [...new Set(symbolOf.map((symbol, place) => (place === 0 ? '' : symbol.trim())))].filter(
    (symbol) => symbol !== '',
  );
  if (symbols.length < 2) return table;
  const placesOf = (symbol: string): number[] =>
    symbolOf.flatMap((one, place) => (place > 0 && one.trim() === symbol ? [place] : []));
  const fields = [...new Set(symbols.flatMap((symbol) => placesOf(symbol).map((place) => names[place])))];
  const groups = symbols.map((symbol) => {
    const places = placesOf(symbol);
    return { symbol, places: fields.map((field) => places.find((place) => names[place] === field)) };
  });
  async function* batches(): AsyncGenerator<readonly Row[]> {
    for await (const rows of table.batches)
      yield rows.flatMap((row) =>
        groups.map(({ symbol, places }) => ({
          line: row.line,
          fault: row.fault,
          written: () => row.written(),
          cells: [row.cells[0], symbol, ...places.map((place) => (place === undefined ? undefined : row.cells[place]))],
        })),
      );
  }
  return { ...table, names: [names[0], 'symbol', ...fields], batches: batches() };
}

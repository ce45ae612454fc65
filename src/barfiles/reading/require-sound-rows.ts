import { InvalidRequestError } from '../../platform/errors/index.ts';
import { isEmptyCell, type NumberForm } from '../values/index.ts';
import type { ChosenColumns } from './chosen-columns.ts';

type Cells = readonly unknown[];

const PRICES = ['open', 'high', 'low', 'close'] as const;
const SHOWN_LENGTH = 40;
/** Where so many rows fail for one reason it is the file that is meant otherwise. */
export const NEARLY_ALL = 0.9;
/** Fewer say nothing of a file. */
const LEAST_ROWS = 10;
/** More say nothing else. */
const MOST_ROWS = 200;

/**
 * Columns that were taken for others than they are make no 10,000 bad rows, but a file that is read wrongly.
 * @throws InvalidRequestError `COLUMNS_NEEDED` where a price is no number, or high and low do not enclose the others, in
 *   nearly all rows
 */
export function requireSoundRows(all: readonly Cells[], columns: ChosenColumns, numberForm: NumberForm): void {
  if (all.length < LEAST_ROWS) return;
  const rows = all.slice(0, MOST_ROWS);
  const least = rows.length * NEARLY_ALL;
  for (const name of PRICES) {
    const unread = rows.filter(
      (row) => !isEmptyCell(row[columns[name]]) && Number.isNaN(numberForm.read(row[columns[name]])),
    );
    if (unread.length < least) continue;
    const example = JSON.stringify(String(unread[0][columns[name]]).slice(0, SHOWN_LENGTH));
    throw wrongColumns(
      `${name} is no number in ${unread.length} of the first ${rows.length} rows, such as ${example}`,
      '; or --decimal',
    );
  }
  const disordered = rows.filter((row) => {
    const [open, high, low, close] = PRICES.map((name) => numberForm.read(row[columns[name]]));
    return low > Math.min(open, close) || high < Math.max(open, close);
  });
  if (disordered.length >= least)
    throw wrongColumns(
      `high and low do not enclose open and close in ${disordered.length} of the first ${rows.length} rows`,
    );
}

function wrongColumns(what: string, otherwise = ''): InvalidRequestError {
  return new InvalidRequestError(
    'COLUMNS_NEEDED',
    `${what}. Say which column is which with --columns time=NAME,open=NAME,high=NAME,low=NAME,close=NAME, or in their order without a header${otherwise}`,
  );
}

import { InvalidRequestError } from '../../platform/errors/index.ts';
import { isEmptyCell, TimeFormFinder, type TimeForm, type TimeFormOptions } from '../values/index.ts';
import type { ChosenColumns } from './chosen-columns.ts';

type Cells = readonly unknown[];

const DAY_MS = 86_400_000;
const QUARTER_HOUR_MS = 900_000;
/** No clock differs from UTC by more. */
const WIDEST_OFFSET_MS = 14 * 3_600_000;

/**
 * Of several columns that tell the time the one that needs no zone; the others must tell the same moments.
 * @throws InvalidRequestError `COLUMNS_NEEDED` if they do not agree
 */
export function chooseTimeColumn(
  columns: ChosenColumns,
  rows: readonly Cells[],
  names: readonly string[] | undefined,
  options: TimeFormOptions,
): ChosenColumns {
  if (columns.alsoTime.length === 0 || columns.time.length > 1) return columns;
  const candidates = [columns.time[0], ...columns.alsoTime].map((place) => ({
    place,
    form: formOf(rows, place, options),
  }));
  const readable = candidates.filter(({ form }) => form !== undefined);
  const chosen = readable.find(({ form }) => form?.gives === 'instant') ?? readable[0] ?? candidates[0];
  for (const other of readable)
    if (other !== chosen && !agree(rows, chosen, other)) {
      const [one, two] = [chosen, other].map(({ place }) => JSON.stringify(names?.[place] ?? `column ${place + 1}`));
      throw new InvalidRequestError(
        'COLUMNS_NEEDED',
        `${one} and ${two} tell different times; choose with --columns time=${one}`,
      );
    }
  return {
    ...columns,
    time: [chosen.place],
    alsoTime: candidates.filter((one) => one !== chosen).map(({ place }) => place),
  };
}

/** `undefined` where a column alone does not tell. */
function formOf(rows: readonly Cells[], place: number, options: TimeFormOptions): TimeForm | undefined {
  const finder = new TimeFormFinder(options);
  for (const row of rows) finder.add(row[place]);
  try {
    return finder.form();
  } catch {
    return undefined;
  }
}

interface Candidate {
  readonly place: number;
  readonly form: TimeForm | undefined;
}

/** A date is that of some clock's moment. */
function isOnDay(time: number, day: number): boolean {
  return time >= day - WIDEST_OFFSET_MS && time < day + DAY_MS + WIDEST_OFFSET_MS;
}

/** Clocks of other zones differ by quarters of an hour. */
function agree(rows: readonly Cells[], one: Candidate, other: Candidate): boolean {
  return rows.every((row) => {
    if (isEmptyCell(row[one.place]) || isEmptyCell(row[other.place])) return true;
    if (other.form?.isDateOnly === true)
      return isOnDay(one.form?.read(row[one.place]) ?? NaN, other.form.read(row[other.place]));
    const apart = Math.abs((one.form?.read(row[one.place]) ?? NaN) - (other.form?.read(row[other.place]) ?? NaN));
    if (one.form?.gives === other.form?.gives) return apart < 1_000;
    return apart % QUARTER_HOUR_MS < 1_000 && apart <= WIDEST_OFFSET_MS;
  });
}

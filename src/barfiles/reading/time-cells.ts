import type { ChosenColumns } from './chosen-columns.ts';

/** What a row says of its time: its one cell, or date and time of day joined. */
export class TimeCells {
  readonly #first: number;
  readonly #second: number | undefined;

  constructor({ time }: Pick<ChosenColumns, 'time'>) {
    [this.#first, this.#second] = time;
  }

  of(row: readonly unknown[]): unknown {
    if (this.#second === undefined) return row[this.#first];
    return `${String(row[this.#first]).trim()} ${String(row[this.#second]).trim()}`;
  }
}

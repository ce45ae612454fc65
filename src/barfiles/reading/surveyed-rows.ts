import type { Row } from '../tables/table.ts';

type Cells = readonly unknown[];

/** So many rows tell how the whole file is written, where they leave nothing open. */
export const SURVEYED_ROWS = 10_000;

/** First rows of a file. Where it is damaged it is damaged when it is read, too, and what came before is told from there. */
export class SurveyedRows {
  readonly cells: Cells[] = [];
  readonly #faulty: Cells[] = [];
  readonly #rest: AsyncIterator<readonly Row[]>;
  #batches: (readonly Row[])[] | undefined = [];
  #hasEnded = false;

  constructor(batches: AsyncIterable<readonly Row[]>) {
    this.#rest = batches[Symbol.asyncIterator]();
  }

  async readTo(count: number): Promise<void> {
    while (this.cells.length < count) {
      const rows = await this.#next();
      if (rows === undefined) return;
      for (const { cells, fault } of rows) (fault === undefined ? this.cells : this.#faulty).push(cells);
    }
  }

  /** Every row as it came, of a table that is no longer than what is surveyed of any. */
  all(): readonly (readonly Row[])[] | undefined {
    return this.#hasEnded ? this.#batches : undefined;
  }

  /** Rows that are not sound show how they are meant where no other does. */
  orFaulty(): void {
    if (this.cells.length === 0) this.cells.push(...this.#faulty.filter((cells) => cells.length > 0));
  }

  /** The next of the rows that are looked at once and not kept. */
  async others(): Promise<readonly Cells[] | undefined> {
    const rows = await this.#next();
    return rows?.flatMap(({ cells, fault }) => (fault === undefined ? [cells] : []));
  }

  async close(): Promise<void> {
    await this.#rest.return?.();
  }

  async #next(): Promise<readonly Row[] | undefined> {
    try {
      const next = await this.#rest.next();
      this.#hasEnded ||= next.done === true;
      if (next.done === true) return undefined;
      if (this.cells.length < SURVEYED_ROWS) this.#batches?.push(next.value);
      else this.#batches = undefined;
      return next.value;
    } catch (error) {
      if (this.cells.length === 0) throw error;
      this.#batches = undefined;
      return undefined;
    }
  }
}

import type { BarFault } from '../../../../market/index.ts';

/** Counts of rows; they add up to all of them. */
export interface ImportCounts {
  readonly inserted: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly skippedStale: number;
  readonly rejected: number;
  /** Rows in which nothing but the time is filled. */
  readonly empty: number;
  /** Rows that came a second time and were left out, as was asked for. */
  readonly duplicates: number;
}

export const NO_ROWS = {
  inserted: 0,
  changed: 0,
  unchanged: 0,
  skippedStale: 0,
  rejected: 0,
  empty: 0,
  duplicates: 0,
};

export interface RejectionSummary {
  readonly code: BarFault;
  readonly rows: number;
  /** Line numbers (of a binary file: row numbers) of the first of them, from 1. */
  readonly lines: readonly number[];
  /** What was wrong with the first. */
  readonly message: string;
}

const SHOWN_LINES = 10;

/** Refused rows by code. */
export class Rejections {
  readonly #byCode = new Map<BarFault, RejectionSummary>();

  add(more: RejectionSummary): void {
    const { code, rows, lines, message } = more;
    const before = this.#byCode.get(code) ?? { code, rows: 0, lines: [], message };
    const shown = before.lines.length < SHOWN_LINES ? [...before.lines, ...lines].slice(0, SHOWN_LINES) : before.lines;
    this.#byCode.set(code, { ...before, rows: before.rows + rows, lines: shown });
  }

  get rows(): number {
    return this.summaries.reduce((sum, { rows }) => sum + rows, 0);
  }

  get summaries(): readonly RejectionSummary[] {
    return [...this.#byCode.values()];
  }
}

export function sumOfCounts(accounts: readonly ImportCounts[]): ImportCounts {
  const sum = { ...NO_ROWS };
  for (const account of accounts)
    for (const name of Object.keys(sum) as (keyof ImportCounts)[]) sum[name] += account[name];
  return sum;
}

export function sumOfRejections(all: readonly Rejections[]): readonly RejectionSummary[] {
  const sum = new Rejections();
  for (const summary of all.flatMap(({ summaries }) => summaries)) sum.add(summary);
  return sum.summaries;
}

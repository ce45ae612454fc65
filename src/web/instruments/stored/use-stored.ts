import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { client } from '../../client.ts';
import { useAnswer } from '../../use-answer.ts';
import type { Instrument } from './known-instrument.ts';

const A_PAGE = 500;

interface StoredWanted {
  readonly query?: string | undefined;
  readonly exchange?: string | undefined;
}

interface Stored {
  /** The first ones, in order; undefined before any are there. */
  readonly symbols: readonly Instrument[] | undefined;
  /** How many there are in all. */
  readonly total: number;
  readonly error: unknown;
  readonly reload: () => void;
  /** Has the next page read, if there is one and it is not on its way. */
  readonly readOn: () => void;
}

interface Page {
  readonly wanted: StoredWanted;
  /** Of the page before; undefined for the first one. */
  readonly cursor: string | undefined;
  readonly symbols: readonly Instrument[];
  readonly total: number;
  readonly nextCursor: string | null;
}

/** Stored instruments, a page at a time. Pages of another question stay until the first of the new one is there. */
export function useStored({ query, exchange }: StoredWanted): Stored {
  const first = useAnswer((signal) => readPage({ query, exchange }, undefined, signal), [query, exchange]);
  const [others, setOthers] = useState<readonly Page[]>([]);
  const [failure, setFailure] = useState<unknown>();
  const reading = useRef<string | undefined>(undefined);
  const pages = useMemo(() => pagesFrom(first.value, others), [first.value, others]);
  const symbols = useMemo(() => (pages.length === 0 ? undefined : pages.flatMap((page) => page.symbols)), [pages]);

  async function readAfter({ wanted, nextCursor }: Page): Promise<Page | undefined> {
    if (nextCursor === null || reading.current === nextCursor) return undefined;
    reading.current = nextCursor;
    try {
      const next = await readPage(wanted, nextCursor);
      setOthers((known) => [...known.filter(({ cursor }) => cursor !== nextCursor), next]);
      setFailure(undefined);
      return next;
    } catch (error) {
      setFailure(error);
      return undefined;
    } finally {
      if (reading.current === nextCursor) reading.current = undefined;
    }
  }

  /** Where the first page was read again, so are those that follow it; meanwhile they are shown as they were. */
  async function readAgain(): Promise<void> {
    let last: Page | undefined = pages[0];
    for (let left = pages.length - 1; left > 0 && last !== undefined; left--) last = await readAfter(last);
  }
  useEffect(() => void readAgain(), [first.value]);

  return {
    symbols,
    total: first.value?.total ?? 0,
    error: first.error ?? failure,
    reload: first.reload,
    readOn() {
      const last = pages.at(-1);
      if (last !== undefined) void readAfter(last);
    },
  };
}

async function readPage(wanted: StoredWanted, cursor?: string, signal?: AbortSignal): Promise<Page> {
  const answer = await client.getSymbols({ ...wanted, cursor, limit: A_PAGE }, { signal });
  return { wanted, cursor, ...answer };
}

/** The pages that follow each other from the first one on. */
function pagesFrom(first: Page | undefined, others: readonly Page[]): readonly Page[] {
  const pages: Page[] = [];
  for (let page = first; page !== undefined; page = others.find(({ cursor }) => cursor === pages.at(-1)?.nextCursor))
    pages.push(page);
  return pages;
}

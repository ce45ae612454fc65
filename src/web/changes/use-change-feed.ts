import { useEffect, useRef, useState } from 'preact/hooks';
import { PocketQuantProblem } from '../../client/index.ts';
import { client } from '../client.ts';
import { returns } from '../server-state.ts';
import { BUSY_MS, isOfBusyServer } from '../use-answer.ts';
import { useFollow } from '../use-follow.ts';
import { told, withNewer, withOlder, type Change, type ChangeList } from './change-list.ts';

const PAGE = 200;
const MOST_KEPT = 5_000;

export interface ChangeFeed {
  /** Newest first; undefined until the last page came. */
  readonly changes: ChangeList | undefined;
  readonly error: unknown;
  readonly hasOlder: boolean;
  readonly loadOlder: () => Promise<void>;
  readonly retry: () => void;
}

/** The change feed: its last page, then each change as it is told. What was missed meanwhile is asked for. */
export function useChangeFeed(): ChangeFeed {
  const kept = useRef<ChangeList>(undefined);
  const catchingUp = useRef<Promise<void>>(undefined);
  /** The seq of the newest change that was told of. */
  const newest = useRef(0);
  const [changes, setChanges] = useState<ChangeList>();
  const [hasOlder, setHasOlder] = useState(true);
  const [error, setError] = useState<unknown>();

  function keep(list: ChangeList): void {
    kept.current = list;
    setChanges(list);
  }

  /** Asks for what came after the newest one that is known; at first for the last page. */
  function catchUp(): void {
    catchingUp.current ??= learn().finally(() => (catchingUp.current = undefined));
  }

  async function learn(): Promise<void> {
    try {
      let list = kept.current;
      let page: Page;
      do {
        page = await changesAfter(list?.[0]?.seq ?? Math.max(0, newest.current - PAGE));
        list = withNewer((page.isCut ? undefined : list) ?? [], page.changes, MOST_KEPT);
        // What is told while a page is under way may not be on it.
      } while (page.changes.length > 0 && (page.changes.length === PAGE || (list[0]?.seq ?? 0) < newest.current));
      keep(list);
      setError(undefined);
    } catch (reason) {
      setError(reason);
    }
  }

  function hear(change: Change): void {
    newest.current = Math.max(newest.current, change.seq);
    const outcome = kept.current && told(kept.current, change, MOST_KEPT);
    if (outcome !== undefined && 'list' in outcome && catchingUp.current === undefined) keep(outcome.list);
    else catchUp();
  }

  useFollow(['changes'], (event) => {
    if (event.type === 'subscribed') {
      newest.current = Math.max(newest.current, event.seq ?? 0);
      catchUp();
    }
    if (event.type === 'change') hear(event.change);
  });
  useEffect(() => {
    if (kept.current !== undefined) catchUp();
  }, [returns.value]);
  useEffect(() => {
    if (!isOfBusyServer(error)) return;
    const timer = setTimeout(catchUp, BUSY_MS);
    return () => clearTimeout(timer);
  }, [error]);

  async function loadOlder(): Promise<void> {
    const oldest = kept.current?.at(-1)?.seq ?? 0;
    const page = await changesAfter(Math.max(0, oldest - 1 - PAGE));
    const older = page.changes.filter(({ seq }) => seq < oldest);
    setHasOlder(older.length > 0 && (older[0]?.seq ?? 1) > 1 && !page.isCut);
    keep(withOlder(kept.current ?? [], older));
  }

  return {
    changes,
    error,
    hasOlder: hasOlder && (changes?.at(-1)?.seq ?? 0) > 1,
    loadOlder,
    retry: catchUp,
  };
}

interface Page {
  readonly changes: readonly Change[];
  readonly next: number;
  /** Whether changes between were forgotten. */
  readonly isCut: boolean;
}

/** A page of changes after a seq, or, where those are no longer kept, from the first that are. */
async function changesAfter(after: number): Promise<Page> {
  try {
    return { ...(await client.getChanges({ after, limit: PAGE })), isCut: false };
  } catch (error) {
    if (!(error instanceof PocketQuantProblem) || error.code !== 'CHANGES_EXPIRED') throw error;
    return { ...(await client.getChanges({ limit: PAGE })), isCut: true };
  }
}

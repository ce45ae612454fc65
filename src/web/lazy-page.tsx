import type { JSX } from 'preact';
import { useLayoutEffect, useState } from 'preact/hooks';
import { Problem } from './parts/told.tsx';

type Page = () => JSX.Element;

/** A page whose code is fetched when it is first shown. */
export function lazyPage(load: () => Promise<Page>): Page {
  let loaded: Page | undefined;
  return function LazyPage(): JSX.Element {
    const [tries, setTries] = useState(0);
    const [error, setError] = useState<unknown>();
    const [, setIsLoaded] = useState(loaded !== undefined);
    async function fetchCode(): Promise<void> {
      setError(undefined);
      try {
        loaded = await load();
        setIsLoaded(true);
      } catch (reason) {
        setError(reason);
      }
    }
    // Asked before the frame of the page is painted, not after.
    useLayoutEffect(() => {
      if (loaded === undefined) void fetchCode();
    }, [tries]);
    const Shown = loaded;
    if (Shown !== undefined) return <Shown />;
    if (error !== undefined) return <Problem error={error} onRetry={() => setTries(tries + 1)} />;
    return <p class="unseen">Loading</p>;
  };
}

import { useEffect, useRef } from 'preact/hooks';

/** Looks again and again while something moves of which the server does not tell by itself. */
export function useLooking(look: () => void, eachMs: number | undefined): void {
  useEffect(() => {
    if (eachMs === undefined) return;
    const timer = setInterval(look, eachMs);
    return () => clearInterval(timer);
  }, [eachMs]);
}

const FIRST_LOOK_MS = 100;
const LOOK_EACH_MS = 500;
const COUNTED_WITHIN_MS = 2_500;

/**
 * Looks at what changes of bars have changed, however many there are: counts of a series follow its changes by a moment.
 * @returns to be called at each change
 */
export function useLookingAfter(look: () => void): () => void {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const lookUntil = useRef(0);
  useEffect(() => () => clearTimeout(timer.current), []);
  function lookAgain(): void {
    look();
    timer.current = Date.now() < lookUntil.current ? setTimeout(lookAgain, LOOK_EACH_MS) : undefined;
  }
  return () => {
    lookUntil.current = Date.now() + COUNTED_WITHIN_MS;
    timer.current ??= setTimeout(lookAgain, FIRST_LOOK_MS);
  };
}

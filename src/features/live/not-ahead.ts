const BELIEVED_AHEAD_MS = 60_000;

/** A moment, UTC epoch ms, if it can be true: one that was written down by a clock that was ahead tells nothing. */
export function notAhead(moment: number | undefined, now: number): number | undefined {
  return moment !== undefined && moment <= now + BELIEVED_AHEAD_MS ? moment : undefined;
}

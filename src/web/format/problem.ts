/** What went wrong, in words for the person who must act. */
export function adviceOn(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

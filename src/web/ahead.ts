/** For one who never asked it is too old by then. */
const KEPT_MS = 5_000;

const answers = new Map<string, Promise<unknown>>();

/** Keeps what was asked for before those are there who ask for it. The first who does takes it, and is told if it failed. */
export function keepAhead(question: string, answer: Promise<unknown>): void {
  answer.catch(() => {});
  answers.set(question, answer);
  setTimeout(() => answers.delete(question), KEPT_MS);
}

/** Forgets what nobody asked for: from now on it may be old. */
export function dropAhead(): void {
  answers.clear();
}

/** The answer that is kept, else one that is asked for now. */
export function takeOrAsk<T>(question: string, ask: () => Promise<T>): Promise<T> {
  const answer = answers.get(question) as Promise<T> | undefined;
  answers.delete(question);
  return answer ?? ask();
}

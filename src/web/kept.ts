import { effect, signal, type Signal } from '@preact/signals';

/** A choice that this browser remembers. */
export function keptChoice<T extends string>(name: string, choices: readonly T[], standard: T): Signal<T> {
  const key = `pocketquant.${name}`;
  const kept = localStorage.getItem(key) as T | null;
  const choice = signal(kept !== null && choices.includes(kept) ? kept : standard);
  effect(() => localStorage.setItem(key, choice.value));
  return choice;
}

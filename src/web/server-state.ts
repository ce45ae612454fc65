import { signal } from '@preact/signals';

const LOOK_EACH_MS = 1_000;

/** Whether the last attempt to reach the server found nobody. */
export const isServerLost = signal(false);
/** How often the server was found again: what it told before then may be old. */
export const returns = signal(0);

/** Says that the server did not answer; it is looked for until it does. */
export function tellServerLost(): void {
  if (isServerLost.value) return;
  isServerLost.value = true;
  setTimeout(look, LOOK_EACH_MS);
}

function look(): void {
  fetch('/health/live').then(
    ({ ok }) => (ok ? welcomeBack() : setTimeout(look, LOOK_EACH_MS)),
    () => setTimeout(look, LOOK_EACH_MS),
  );
}

function welcomeBack(): void {
  isServerLost.value = false;
  returns.value++;
}

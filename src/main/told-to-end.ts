const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/**
 * Calls the listener when the process is told to end, by Ctrl-C or by whoever runs it. Told a second time, it ends at once.
 * @returns stops listening
 */
export function whenToldToEnd(listener: () => void): () => void {
  function onSignal(): void {
    stop();
    listener();
  }
  function stop(): void {
    for (const signal of SIGNALS) process.removeListener(signal, onSignal);
  }
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return stop;
}

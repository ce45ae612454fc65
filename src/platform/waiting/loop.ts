import { systemTimer, type Timer } from './timer.ts';

/** Work that is done again and again, one turn at a time. */
export interface Loop {
  /** There may be something to do: a turn begins soon, also where one runs, as it may have passed that by. */
  wake(): void;
  /** Begins no more turns and waits for the one that runs. */
  stop(): Promise<void>;
}

export interface LoopOptions {
  /** From the end of a turn to the next, where nobody wakes the loop. */
  readonly restMs: number;
  /** From waking to the turn, so that whatever comes meanwhile is done in one; default 0. */
  readonly gatherMs?: number;
  /** Hears of a turn that failed; the next one comes as if it had not. */
  readonly onError: (error: unknown) => void;
  readonly timer?: Timer;
}

/** The first turn begins before this returns. */
export function startLoop(turn: () => Promise<unknown>, options: LoopOptions): Loop {
  const { restMs, gatherMs = 0, onError, timer = systemTimer } = options;
  let running: Promise<void> | undefined;
  let isWoken = false;
  let isStopped = false;
  let cancel = (): void => undefined;

  function begin(): void {
    isWoken = false;
    running = (async () => turn())().then(rest, fail);
  }

  function rest(): void {
    running = undefined;
    if (!isStopped) cancel = timer(isWoken ? gatherMs : restMs, begin);
  }

  function fail(error: unknown): void {
    onError(error);
    rest();
  }

  begin();
  return {
    wake() {
      if (isWoken || isStopped) return;
      isWoken = true;
      if (running !== undefined) return; // the next turn comes as soon as this one is over
      cancel();
      cancel = timer(gatherMs, begin);
    },
    async stop() {
      isStopped = true;
      cancel();
      await running;
    },
  };
}

/** How the clock of this machine fares. */
export interface ClockState {
  /** How often it was set since the process began, or went on while the machine slept. */
  readonly jumps: number;
  readonly lastJump: ClockJump | undefined;
}

export interface ClockJump {
  /** When it was noticed, by the clock as it was then, UTC epoch ms. */
  readonly at: number;
  /** How far it went ahead of the time that passed; negative: back. */
  readonly byMs: number;
}

export interface ClockWatch {
  /** Looks now, besides each second. */
  look(): void;
  state(): ClockState;
  stop(): void;
}

export interface ClockWatchOptions {
  /** UTC epoch ms. */
  readonly clock: () => number;
  /** A monotonic clock in ms. */
  readonly elapsed: () => number;
  readonly onJump: (jump: ClockJump) => void;
}

const LOOK_EVERY_MS = 1_000;
/** Clocks that are kept right are drawn along by less. */
const JUMP_MS = 2_000;

/** Notices when this machine's clock is set, by the time that has passed meanwhile. */
export function watchClock({ clock, elapsed, onJump }: ClockWatchOptions): ClockWatch {
  let lead = clock() - elapsed();
  let jumps = 0;
  let lastJump: ClockJump | undefined;

  function look(): void {
    const before = lead;
    const at = clock();
    lead = at - elapsed();
    const byMs = Math.round(lead - before);
    if (Math.abs(byMs) < JUMP_MS) return;
    jumps++;
    lastJump = { at, byMs };
    onJump(lastJump);
  }

  const timer = setInterval(look, LOOK_EVERY_MS).unref();
  return { look, state: () => ({ jumps, lastJump }), stop: () => clearInterval(timer) };
}

import { ProviderError } from '../errors/index.ts';
import type { Timer } from '../waiting/index.ts';

/** `fresh`: somebody looks at it now. `backfill`: work on the past, which gives way. */
export type Priority = 'fresh' | 'backfill';

/** What a vendor allows in any span of `windowMs`. */
export interface RequestLimits {
  readonly windowMs: number;
  readonly requests: number;
  /** Sum of the weights of requests; default: no bound. */
  readonly weight?: number;
  /** Requests under way at a time. */
  readonly concurrent: number;
}

/** How many requests of weight 1 may be sent in any span of `windowMs`, and how many of them now. */
export interface RequestRoom {
  readonly windowMs: number;
  readonly most: number;
  readonly left: number;
}

export interface Wanted {
  readonly weight: number;
  readonly priority: Priority;
  /** After which waiting makes no sense, by the limiter's clock. */
  readonly deadline: number;
  readonly signal: AbortSignal;
}

interface Waiter extends Wanted {
  readonly admit: () => void;
  readonly refuse: (error: ProviderError) => void;
}

export const MAX_WAITING = 1_000;

/** The one queue of all requests to a vendor. Its window slides: no span of its length holds more than is allowed. */
export class RequestLimiter {
  readonly #name: string;
  readonly #limits: RequestLimits;
  readonly #now: () => number;
  readonly #timer: Timer;
  readonly #advice: string | undefined;
  /** In order of coming. */
  readonly #waiting = { fresh: new Set<Waiter>(), backfill: new Set<Waiter>() };
  /** What the window holds, oldest first. */
  #sent: { readonly time: number; readonly weight: number }[] = [];
  #underWay = 0;
  #pausedUntil = 0;
  #cancelWake: () => void = () => undefined;

  /**
   * @param now a monotonic clock in ms
   * @param advice what may help against a pause, told with it
   */
  constructor(name: string, limits: RequestLimits, now: () => number, timer: Timer, advice?: string) {
    this.#name = name;
    this.#limits = limits;
    this.#now = now;
    this.#timer = timer;
    this.#advice = advice;
  }

  get queued(): number {
    return this.#waiting.fresh.size + this.#waiting.backfill.size;
  }

  get room(): RequestRoom {
    const { windowMs, requests, weight = Infinity } = this.#limits;
    const since = this.#now() - windowMs;
    const held = this.#sent.filter(({ time }) => time > since);
    const used = held.reduce((sum, sent) => sum + sent.weight, 0);
    return { windowMs, most: Math.min(requests, weight), left: Math.min(requests - held.length, weight - used) };
  }

  /** By its own clock; `undefined` where nothing is paused. */
  get pausedUntil(): number | undefined {
    return this.#pausedUntil > this.#now() ? this.#pausedUntil : undefined;
  }

  /** Nobody is admitted before this moment. */
  pause(until: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, until);
    this.#pump();
  }

  /**
   * Waits for its turn; answers what ends the request.
   * @throws ProviderError `PROVIDER_RATE_LIMITED` if its turn cannot come before the deadline, or too many wait
   */
  async enter(wanted: Wanted): Promise<() => void> {
    const { weight, priority, signal } = wanted;
    if (weight > (this.#limits.weight ?? Infinity)) throw new RangeError(`No window has room for weight ${weight}`);
    signal.throwIfAborted();
    const line = this.#waiting[priority];
    await new Promise<void>((resolve, reject) => {
      const leave = (): void => {
        line.delete(waiter);
        reject(signal.reason as Error);
        this.#pump();
      };
      const depart = (): void => {
        line.delete(waiter);
        signal.removeEventListener('abort', leave);
      };
      const waiter: Waiter = {
        ...wanted,
        admit: () => (depart(), resolve()),
        refuse: (error) => (depart(), reject(error)),
      };
      signal.addEventListener('abort', leave, { once: true });
      line.add(waiter);
      this.#pump();
      if (this.queued > MAX_WAITING)
        (first(this.#waiting.backfill) ?? waiter).refuse(this.#refusal(`${MAX_WAITING} requests wait already`));
    });
    return () => {
      this.#underWay--;
      this.#pump();
    };
  }

  #pump(): void {
    this.#cancelWake();
    const now = this.#now();
    const deadlines = this.#refuseHopeless(now);
    for (;;) {
      const next = first(this.#waiting.fresh) ?? first(this.#waiting.backfill);
      if (next === undefined) return;
      const freeAt = this.#freeAt(next.weight, now);
      if (freeAt > now) {
        this.#cancelWake = this.#timer(Math.min(freeAt, deadlines) - now, () => this.#pump());
        return;
      }
      this.#sent.push({ time: now, weight: next.weight });
      this.#underWay++;
      next.admit();
    }
  }

  /** Refuses who cannot be admitted in time; answers the first deadline of the others. */
  #refuseHopeless(now: number): number {
    let earliest = Infinity;
    for (const waiter of [...this.#waiting.fresh, ...this.#waiting.backfill])
      if (waiter.deadline <= now || waiter.deadline <= this.#pausedUntil)
        waiter.refuse(this.#refusal('No turn in time'));
      else earliest = Math.min(earliest, waiter.deadline);
    return earliest;
  }

  #refusal(why: string): ProviderError {
    const untilMs = Math.max(this.#pausedUntil - this.#now(), this.#limits.windowMs);
    const advice = this.pausedUntil === undefined || this.#advice === undefined ? '' : `: ${this.#advice}`;
    return new ProviderError('PROVIDER_RATE_LIMITED', `${this.#name}: ${why}, as the vendor limits requests${advice}`, {
      retryAfterSeconds: Math.ceil(untilMs / 1_000),
    });
  }

  /** When one more request of this weight may be sent; `Infinity` where one under way must end first. */
  #freeAt(weight: number, now: number): number {
    const { windowMs, requests, concurrent, weight: mostWeight = Infinity } = this.#limits;
    if (this.#underWay >= concurrent) return Infinity;
    if (this.#sent.length > 0 && this.#sent[0].time <= now - windowMs)
      this.#sent = this.#sent.filter(({ time }) => time > now - windowMs);
    let freeAt = this.#pausedUntil;
    let count = this.#sent.length;
    let sum = this.#sent.reduce((total, { weight }) => total + weight, weight);
    for (const { time, weight } of this.#sent) {
      if (count < requests && sum <= mostWeight) break;
      freeAt = Math.max(freeAt, time + windowMs);
      count--;
      sum -= weight;
    }
    return freeAt;
  }
}

function first(line: ReadonlySet<Waiter>): Waiter | undefined {
  return line.values().next().value;
}

export interface VendorClockOptions {
  /** This machine's clock, UTC epoch ms. */
  readonly clock: () => number;
  /** Passes as time does and is never set, ms and parts of them; default: `clock`. */
  readonly elapsed?: (() => number) | undefined;
}

/** Up to here clocks agree: those that are kept right differ by less, and what a vendor says comes a little late. */
const TOLERATED_MS = 2_000;
/** An answer tells its time with whole seconds cut off. */
const ANSWER_RESOLUTION_MS = 1_000;
/** What was sent a moment ago is no later than this. */
const MOST_LATENCY_MS = 1_000;
/** What a stream says is judged together: a message that is late, or a time that is wrong, alone moves nothing. */
const PERIOD_MS = 5_000;
const LEAST_TOLD = 3;

/**
 * A vendor's clock, as far as its answers and messages tell it. Within two seconds of this machine's it is this
 * machine's. Beyond that it is the earliest that the vendor's can be, so that what is over by it is over there; and it
 * goes on at its own pace whatever this machine's clock is set to.
 */
export class VendorClock {
  readonly #clock: () => number;
  readonly #elapsed: () => number;
  /** The vendor's time less `elapsed` lies between these. */
  #earliest = -Infinity;
  #latest = Infinity;
  readonly #messages: Leads;
  readonly #events: Leads;
  #isSkewed = false;
  #onSkewed: (skewMs: number) => void = () => undefined;

  constructor({ clock, elapsed = clock }: VendorClockOptions) {
    this.#clock = clock;
    this.#elapsed = elapsed;
    this.#messages = new Leads((leads) => this.#judgeMessages(leads));
    this.#events = new Leads((leads) => this.#judgeEvents(leads));
  }

  /** The vendor's time at `localNow`, this machine's present moment; both UTC epoch ms, whole. */
  at(localNow: number): number {
    if (Math.abs(this.#skewAt(localNow) ?? 0) <= TOLERATED_MS) return localNow;
    return Math.floor(this.#elapsed() + this.#earliest);
  }

  /** The latest that the vendor's time can be at `localNow`. */
  latestAt(localNow: number): number {
    return this.#latest === Infinity ? this.at(localNow) : Math.ceil(this.#elapsed() + this.#latest);
  }

  /** How far this machine's clock is ahead of the vendor's, at the least, ms; negative: behind it; `undefined`: unknown. */
  get skewMs(): number | undefined {
    const skew = this.#skewAt(this.#clock());
    return skew === undefined ? undefined : Math.round(skew);
  }

  get state(): 'ok' | 'skewed' | 'unknown' {
    const skew = this.skewMs;
    if (skew === undefined) return 'unknown';
    return Math.abs(skew) > TOLERATED_MS ? 'skewed' : 'ok';
  }

  /** Calls back once each time that the clocks begin to differ by more than two seconds. */
  whenSkewed(listener: (skewMs: number) => void): void {
    this.#onSkewed = listener;
  }

  /** The vendor is asked something now. @returns what takes the time that stands in its answer, UTC epoch ms */
  readonly ask = (): ((vendorTime: number) => void) => {
    const askedAt = this.#elapsed();
    return (vendorTime) => {
      const [earliest, latest] = [vendorTime - this.#elapsed(), vendorTime + ANSWER_RESOLUTION_MS - askedAt];
      const isMoved = earliest > this.#latest || latest < this.#earliest;
      this.#learn(
        isMoved ? earliest : Math.max(earliest, this.#earliest),
        isMoved ? latest : Math.min(latest, this.#latest),
      );
    };
  };

  /** A message of a stream says when it was sent, UTC epoch ms. */
  readonly sent = (vendorTime: number): void => this.#messages.add(vendorTime, this.#elapsed());

  /**
   * Something happened at the vendor, UTC epoch ms. It may be told at once or, by a feed that is delayed, much later; but
   * it does not lie in the vendor's future.
   */
  readonly happened = (eventTime: number): void => this.#events.add(eventTime, this.#elapsed());

  #skewAt(localNow: number): number | undefined {
    const now = this.#elapsed();
    this.#messages.judgeIfOver(now);
    this.#events.judgeIfOver(now);
    const [least, most] = [localNow - now - this.#latest, localNow - now - this.#earliest];
    if (most < 0) return most;
    if (this.#latest === Infinity) return undefined;
    return Math.max(0, least);
  }

  #judgeMessages({ least, most }: Leads): void {
    const isMoved = least > this.#latest || most + MOST_LATENCY_MS < this.#earliest;
    if (isMoved || this.#latest === Infinity) this.#learn(most, most + MOST_LATENCY_MS);
    else if (most <= this.#latest)
      this.#learn(Math.max(most, this.#earliest), Math.min(most + MOST_LATENCY_MS, this.#latest));
  }

  /** By events alone only that we are behind is known, and only as long as they go on to show it. */
  #judgeEvents({ least, most }: Leads): void {
    const isToldByEvents = this.#latest === Infinity;
    const agreed = isToldByEvents ? this.#clock() - this.#elapsed() : this.#latest;
    if (least > Math.max(this.#earliest, agreed + TOLERATED_MS)) this.#learn(least, Infinity);
    else if (isToldByEvents && most < this.#earliest - TOLERATED_MS) this.#learn(-Infinity, Infinity);
  }

  #learn(earliest: number, latest: number): void {
    this.#earliest = earliest;
    this.#latest = latest;
    const skew = this.#skewAt(this.#clock()) ?? 0;
    const wasSkewed = this.#isSkewed;
    // Not told again as long as it hovers about the limit.
    this.#isSkewed = Math.abs(skew) > (wasSkewed ? TOLERATED_MS / 2 : TOLERATED_MS);
    if (this.#isSkewed && !wasSkewed) this.#onSkewed(Math.round(skew));
  }
}

/** How far the times that a stream told within a period were ahead of `elapsed`. */
class Leads {
  least = Infinity;
  most = -Infinity;
  readonly #judge: (leads: Leads) => void;
  #count = 0;
  #since = -Infinity;

  constructor(judge: (leads: Leads) => void) {
    this.#judge = judge;
  }

  add(vendorTime: number, now: number): void {
    this.judgeIfOver(now);
    if (this.#count === 0) this.#since = now;
    const lead = vendorTime - now;
    if (lead < this.least) this.least = lead;
    if (lead > this.most) this.most = lead;
    this.#count++;
  }

  judgeIfOver(now: number): void {
    const ageMs = now - this.#since;
    if (this.#count === 0 || (ageMs >= 0 && ageMs < PERIOD_MS)) return; // younger than nothing: `elapsed` was set
    const isTelling = this.#count >= LEAST_TOLD;
    this.#count = 0;
    if (isTelling) this.#judge(this);
    this.least = Infinity;
    this.most = -Infinity;
  }
}

/** A provider; without a vendor's clock this machine's is all there is. */
interface HasVendorClock {
  readonly vendorClock?: VendorClock;
}

/**
 * The later of a vendor's moment and this machine's, to ask with: an answer tells the vendor's time, by which what still
 * runs is left out, and asking up to an earlier moment would leave out what is over.
 */
export function latestNow(provider: HasVendorClock, localNow: number): number {
  return Math.max(localNow, vendorNow(provider, localNow));
}

/** A provider's time at `localNow`, this machine's present moment; both UTC epoch ms. */
export function vendorNow({ vendorClock }: HasVendorClock, localNow: number): number {
  return vendorClock === undefined ? localNow : vendorClock.at(localNow);
}

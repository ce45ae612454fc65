import type { BulkWriteOperation } from '../../../platform/database/index.ts';
import { subscriptionId, type CurrentBarsDocument } from '../collections.ts';
import { vendorTimeOf, type FeedTools } from './feed-tools.ts';
import { inTurns } from './in-turns.ts';
import type { LiveInstrument } from './live-instrument.ts';

const FLUSHED_AT_ONCE = 100;

export type RunningBarsTools = Pick<FeedTools, 'provider' | 'clock' | 'collections' | 'audience'>;

/** Passes on what runs, the quotes and open bars of instruments that changed: to clients at once, to the store soon. */
export class RunningBars {
  readonly #tools: RunningBarsTools;
  readonly #unpublished = new Set<LiveInstrument>();
  readonly #unflushed = new Set<LiveInstrument>();

  constructor(tools: RunningBarsTools) {
    this.#tools = tools;
  }

  /** Something came in. */
  stirred(instrument: LiveInstrument): void {
    this.#unpublished.add(instrument);
  }

  /** What was flushed of it is not true any more. */
  outdated(instrument: LiveInstrument): void {
    this.#unflushed.add(instrument);
  }

  async forget(instrument: LiveInstrument): Promise<void> {
    this.#unpublished.delete(instrument);
    this.#unflushed.delete(instrument);
    await this.#tools.collections.currentBars.deleteOne({ _id: this.#idOf(instrument) });
  }

  /** Tells clients what they listen to. */
  publish(): void {
    const { audience } = this.#tools;
    for (const instrument of this.#unpublished) {
      this.#unflushed.add(instrument);
      const { instrumentId, intervals } = instrument.fed;
      if (audience.wants(`quotes:${instrumentId}`) && instrument.quote !== undefined)
        audience.publishQuote(instrument.quote);
      for (const interval of intervals) {
        if (!audience.wants(`bars:${instrumentId}/${interval}`)) continue;
        const bar = instrument.openBar(interval);
        if (bar !== undefined) audience.publishOpenBar(instrumentId, bar);
      }
    }
    this.#unpublished.clear();
  }

  /** Writes it down, for other processes and for who asks later. */
  async flush(): Promise<void> {
    const flushed = [...this.#unflushed];
    this.#unflushed.clear();
    const { collections, provider, clock } = this.#tools;
    const moment = { provider: provider.name, at: clock(), vendorAt: vendorTimeOf(this.#tools) };
    const operations: BulkWriteOperation<CurrentBarsDocument>[] = [];
    await inTurns(flushed, (instrument) => {
      const { quote, fed } = instrument;
      const current = { ...moment, instrumentId: fed.instrumentId, bars: instrument.openBars() };
      operations.push({
        updateOne: {
          filter: { _id: this.#idOf(instrument) },
          update: { $set: quote === undefined ? current : { ...current, quote } },
          upsert: true,
        },
      });
    });
    for (let i = 0; i < operations.length; i += FLUSHED_AT_ONCE)
      await collections.currentBars.bulkWrite(operations.slice(i, i + FLUSHED_AT_ONCE), { ordered: false });
  }

  #idOf({ fed }: LiveInstrument): string {
    return subscriptionId(this.#tools.provider.name, fed.instrumentId);
  }
}

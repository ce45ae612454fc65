import { columnsOfBars, PROVISIONAL, type BarInterval, type LiveBar } from '../../../market/index.ts';
import { vendorTimeOf, type FeedTools } from './feed-tools.ts';

/** Series written at the same time; their writes share commits. */
const AT_A_TIME = 16;

export interface BarWriterTools extends Pick<FeedTools, 'clock' | 'onError'> {
  readonly provider: Pick<FeedTools['provider'], 'name' | 'vendorClock'>;
  readonly port: Pick<FeedTools['port'], 'upsertBars'>;
}

interface Waiting {
  readonly instrumentId: string;
  readonly interval: BarInterval;
  /** The newest value of each bar, by openTime. */
  readonly bars: Map<number, LiveBar>;
}

/** Stores bars that closed, soon: what comes in while one write is under way goes with the next. */
export class BarWriter {
  readonly #tools: BarWriterTools;
  readonly #waiting = new Map<string, Waiting>();
  #writing: Promise<void> | undefined;

  constructor(tools: BarWriterTools) {
    this.#tools = tools;
  }

  add(instrumentId: string, bar: LiveBar): void {
    const series = `${instrumentId}/${bar.interval}`;
    let waiting = this.#waiting.get(series);
    if (waiting === undefined)
      this.#waiting.set(series, (waiting = { instrumentId, interval: bar.interval, bars: new Map() }));
    waiting.bars.set(bar.openTime, bar);
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = undefined;
    });
  }

  /** Answers when all that was added is stored, or could not be. */
  async flush(): Promise<void> {
    await this.#writing;
  }

  async #writeAll(): Promise<void> {
    const { provider, port, onError } = this.#tools;
    await Promise.resolve(); // bars that close at the same time go together
    const worker = async (): Promise<void> => {
      for (;;) {
        const [next] = this.#waiting;
        if (next === undefined) return;
        const [series, { instrumentId, interval, bars }] = next;
        this.#waiting.delete(series);
        try {
          await port.upsertBars({
            instrumentId,
            interval,
            provider: provider.name,
            vendorNow: vendorTimeOf(this.#tools),
            columns: columnsOfBars(
              [...bars.values()].sort((a, b) => a.openTime - b.openTime),
              PROVISIONAL,
            ),
          });
        } catch (error) {
          // Not stored, and so fetched from history the next time that it is settled.
          onError(error);
        }
      }
    };
    await Promise.all(Array.from({ length: AT_A_TIME }, worker));
  }
}

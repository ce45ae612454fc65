import type { InstrumentId } from '../../market/index.ts';
import { asProviderError } from '../../platform/errors/index.ts';
import { sleep, systemTimer } from '../../platform/requests/index.ts';
import type { LiveConnection, LiveData, LiveEnd, LiveListener, RequestedInstrument } from '../contract/index.ts';
import { findFinestFile, listFiles } from './bar-files.ts';
import type { FilesOptions } from './options.ts';
import { readPrints } from './read-prints.ts';

const MINUTE_MS = 60_000;
const INSTRUMENTS_PER_CONNECTION = 100;
const SILENCE_MS = 30_000;
const HEARTBEAT_MS = 10_000;

/**
 * Plays files as if it all happened now. A replay begins with the subscription and with the file, and is moved to the
 * present: the current minute holds the file's first `speed` minutes, counted in the file's own time, and so on. So at
 * speed 1 minutes of the replay are minutes of the file, and at speed 60 they are its hours. What has passed of the
 * current minute comes at once. After the end of a file its instrument is silent.
 */
export function replay(options: FilesOptions): LiveData {
  return {
    kind: 'trades',
    instrumentsPerConnection: INSTRUMENTS_PER_CONNECTION,
    silenceMs: SILENCE_MS,
    async connect(listener, signal) {
      await listFiles(options.folder); // a folder that is not there is told here
      signal.throwIfAborted();
      return openReplay(listener, options);
    },
  };
}

function openReplay(listener: LiveListener, options: FilesOptions): LiveConnection {
  const { folder, clock, timer = systemTimer, speed = 1 } = options;
  const playing = new Map<InstrumentId, AbortController>();
  const ended = Promise.withResolvers<LiveEnd>();
  let cancelBeat = timer(HEARTBEAT_MS, beat);

  function beat(): void {
    listener.onHeard();
    cancelBeat = timer(HEARTBEAT_MS, beat);
  }

  async function play(instrument: RequestedInstrument, signal: AbortSignal): Promise<void> {
    const { instrumentId } = instrument;
    const subscribedAt = clock();
    let present: ((time: number) => number) | undefined;
    for await (const print of readPrints(await findFinestFile(folder, instrument), subscribedAt)) {
      if (signal.aborted) return;
      if (present === undefined) {
        present = movedTo(subscribedAt, print.eventTime, speed);
        listener.onSubscribed(instrumentId);
      }
      const eventTime = present(print.eventTime);
      // Again, as a timer may ring early and cannot wait longer than 24 days.
      while (!signal.aborted && eventTime > clock()) await sleep(eventTime - clock(), timer, signal);
      if (signal.aborted) return;
      listener.onHeard();
      listener.onTrade({ ...print, instrumentId, eventTime });
    }
  }

  function stop(instrumentId: InstrumentId): void {
    playing.get(instrumentId)?.abort();
    playing.delete(instrumentId);
  }

  return {
    subscribe(instruments) {
      for (const instrument of instruments) {
        const { instrumentId } = instrument;
        if (playing.has(instrumentId)) continue;
        const controller = new AbortController();
        playing.set(instrumentId, controller);
        play(instrument, controller.signal).catch((error: unknown) => {
          if (controller.signal.aborted) return;
          stop(instrumentId);
          const told = `files: the replay failed: ${String(error)}`;
          listener.onRefused(instrumentId, asProviderError(error, 'PROVIDER_UNAVAILABLE', told));
        });
      }
    },
    unsubscribe: (instruments) => instruments.forEach(stop),
    ended: ended.promise,
    async close() {
      cancelBeat();
      [...playing.keys()].forEach(stop);
      ended.resolve({ kind: 'closed', error: undefined });
      await ended.promise;
    },
  };
}

/** Moves times of a file, UTC epoch ms, so that the part that begins with `first` begins with the minute of `now`. */
function movedTo(now: number, first: number, speed: number): (time: number) => number {
  const partMs = MINUTE_MS * speed;
  const from = Math.floor(first / partMs) * partMs;
  const start = Math.floor(now / MINUTE_MS) * MINUTE_MS;
  return (time) => start + Math.floor((time - from) / speed);
}

import { ProviderError } from '../../../platform/errors/index.ts';
import { sleep, systemTimer } from '../../../platform/waiting/index.ts';
import type { LiveConnection, LiveData, LiveListener } from '../../../providers/contract/index.ts';
import { Backoff } from './reconnecting.ts';

type State =
  | { readonly name: 'connecting' | 'disconnected'; readonly since: number }
  | { readonly name: 'live'; readonly since: number; readonly connection: LiveConnection };

export interface StandingTools {
  readonly live: LiveData;
  /** A monotonic clock in ms, by which all moments here are. */
  readonly elapsed: () => number;
  readonly listener: Omit<LiveListener, 'onHeard'>;
  readonly onOpened: () => void;
  /** It is over, for a reason if something is wrong. */
  readonly onOver: (failure: unknown) => void;
  /** Asked now and then of a connection that was opened then: why it is dead, whatever its socket says. */
  readonly deadBecause: (openedAt: number) => string | undefined;
}

/** A vendor's connection that is opened anew whenever it is over, until it is closed. */
export class StandingConnection {
  /** When anything last came in on it or, before that, when it was asked for. */
  heardAt: number;
  readonly #tools: StandingTools;
  readonly #closing = new AbortController();
  readonly #standing: Promise<void>;
  #state: State;

  constructor(tools: StandingTools) {
    this.#tools = tools;
    this.heardAt = tools.elapsed();
    this.#state = { name: 'connecting', since: this.heardAt };
    this.#standing = this.#stand();
  }

  get state(): Pick<State, 'name' | 'since'> {
    return this.#state;
  }

  get current(): LiveConnection | undefined {
    return this.#state.name === 'live' ? this.#state.connection : undefined;
  }

  get isClosing(): boolean {
    return this.#closing.signal.aborted;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.current?.close();
    await this.#standing;
  }

  async #stand(): Promise<void> {
    const { elapsed, onOver } = this.#tools;
    const backoff = new Backoff();
    while (!this.isClosing) {
      const openedAt = elapsed();
      this.heardAt = openedAt;
      this.#state = { name: 'connecting', since: openedAt };
      const failure = await this.#standOnce(openedAt).catch((error: unknown) => error);
      this.#state = { name: 'disconnected', since: elapsed() };
      onOver(failure);
      const pauseMs = backoff.next(this.heardAt - openedAt, Math.random());
      await sleep(pauseMs, systemTimer, this.#closing.signal).catch(() => undefined); // closing ends it early
    }
  }

  /** @returns why it is over, if something is wrong */
  async #standOnce(openedAt: number): Promise<ProviderError | undefined> {
    const { live, listener, elapsed, onOpened, deadBecause } = this.#tools;
    const onHeard = (): void => {
      this.heardAt = elapsed();
    };
    const connection = await live.connect({ ...listener, onHeard }, this.#closing.signal);
    this.#state = { name: 'live', since: elapsed(), connection };
    if (this.isClosing) void connection.close();
    onOpened();
    let death: ProviderError | undefined;
    const watch = setInterval(() => {
      const why = deadBecause(openedAt);
      if (why === undefined) return;
      death = new ProviderError('PROVIDER_TIMEOUT', why);
      void connection.close();
    }, live.silenceMs / 4);
    const { error = death } = await connection.ended;
    clearInterval(watch);
    return error;
  }
}

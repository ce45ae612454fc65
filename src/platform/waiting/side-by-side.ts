/** Work that one caller starts and that goes on side by side, so many at a time. */
export class SideBySide {
  readonly #most: number;
  #running = 0;
  #failure: { readonly error: unknown } | undefined;
  #wake: () => void = () => undefined;

  constructor(most: number) {
    this.#most = most;
  }

  /** Starts it as soon as there is room. @throws what any before it threw */
  async start(work: () => Promise<void>): Promise<void> {
    await this.#untilFewerThan(this.#most);
    this.#running++;
    void work()
      .catch((error: unknown) => (this.#failure ??= { error }))
      .finally(() => {
        this.#running--;
        this.#wake();
      });
  }

  /** Waits until all has ended. @throws what the first that failed threw */
  all(): Promise<void> {
    return this.#untilFewerThan(1);
  }

  async #untilFewerThan(count: number): Promise<void> {
    while (this.#running >= count) await new Promise<void>((resolve) => (this.#wake = resolve));
    if (this.#failure !== undefined) throw this.#failure.error;
  }
}

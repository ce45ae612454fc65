import { DAY_MS, fixedStepMs, type BarInterval } from '../../../../market/index.ts';

const SLOTS_A_PAGE = 4_096;

/** OpenTimes that a file has had, a bit each. */
export class SeenTimes {
  readonly #stepMs: number;
  readonly #pages = new Map<number, Uint32Array>();
  #last: { readonly index: number; readonly page: Uint32Array } | undefined;
  #from = Infinity;
  #to = -Infinity;

  constructor(interval: BarInterval) {
    this.#stepMs = Math.min(fixedStepMs(interval) ?? DAY_MS, DAY_MS);
  }

  add(openTime: number): void {
    if (openTime < this.#from) this.#from = openTime;
    if (openTime > this.#to) this.#to = openTime;
    const slot = Math.floor(openTime / this.#stepMs);
    const page = this.#pageOf(slot);
    const place = slot - Math.floor(slot / SLOTS_A_PAGE) * SLOTS_A_PAGE;
    page[place >> 5] |= 1 << (place & 31);
  }

  has(openTime: number): boolean {
    if (!(openTime >= this.#from && openTime <= this.#to)) return false;
    const slot = Math.floor(openTime / this.#stepMs);
    const page = this.#pages.get(Math.floor(slot / SLOTS_A_PAGE));
    const place = slot - Math.floor(slot / SLOTS_A_PAGE) * SLOTS_A_PAGE;
    return page !== undefined && (page[place >> 5] & (1 << (place & 31))) !== 0;
  }

  #pageOf(slot: number): Uint32Array {
    const index = Math.floor(slot / SLOTS_A_PAGE);
    if (this.#last?.index === index) return this.#last.page;
    let page = this.#pages.get(index);
    if (page === undefined) this.#pages.set(index, (page = new Uint32Array(SLOTS_A_PAGE / 32)));
    this.#last = { index, page };
    return page;
  }
}

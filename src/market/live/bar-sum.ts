import { TurnoverSum } from '../bar/turnover-sum.ts';

/**
 * OHLCV of trades in whatever order they come. The order that counts is that of their times, at equal times that of
 * numeric ids (`NaN`: none), and only then that of arrival. Adding allocates nothing.
 */
export class BarSum {
  open = NaN;
  high = -Infinity;
  low = Infinity;
  close = NaN;
  /** When the first trade happened; `Infinity` as long as there is none. */
  firstTime = Infinity;
  lastTime = -Infinity;
  /** When something in it happened, a trade of volume alone too; `NaN`: nothing is in it. */
  heldTime = NaN;
  /** How many there were; `NaN` where that is unknown. */
  trades = 0;
  #firstId = NaN;
  #lastId = NaN;
  #volume = 0;
  /** What the sum of volumes lost by rounding (Neumaier), so that the order of adding hardly matters. */
  #lost = 0;
  readonly #turnover = new TurnoverSum();

  /** Nothing in it has a price. */
  get isEmpty(): boolean {
    return this.firstTime === Infinity;
  }

  /** `NaN` where one trade's size is unknown. */
  get volume(): number {
    return this.#volume + this.#lost;
  }

  /** What was paid; `NaN` where the number of trades is unknown. */
  get turnover(): number {
    return Number.isNaN(this.trades) ? NaN : this.#turnover.value;
  }

  /**
   * @param size `NaN`: unknown
   * @param trades how many it stands for; `NaN`: unknown, as a quote tells of no trade
   */
  add(time: number, id: number, price: number, size: number, trades: number): void {
    this.heldTime = time;
    if (price > this.high) this.high = price;
    if (price < this.low) this.low = price;
    this.#begin(time, id, price);
    this.#end(time, id, price);
    this.#addVolume(size);
    this.trades += trades;
    if (trades > 0) this.#turnover.add(price, size);
  }

  /** A trade whose price counts in what was paid alone. */
  addVolume(time: number, price: number, size: number): void {
    this.heldTime = time;
    this.#addVolume(size);
    this.trades++;
    this.#turnover.add(price, size);
  }

  merge(part: BarSum): void {
    if (Number.isNaN(part.heldTime)) return;
    this.heldTime = part.heldTime;
    if (part.high > this.high) this.high = part.high;
    if (part.low < this.low) this.low = part.low;
    this.#begin(part.firstTime, part.#firstId, part.open);
    this.#end(part.lastTime, part.#lastId, part.close);
    this.#addVolume(part.#volume);
    this.#lost += part.#lost;
    this.trades += part.trades;
    this.#turnover.merge(part.#turnover);
  }

  #begin(time: number, id: number, price: number): void {
    if (time < this.firstTime || (time === this.firstTime && id < this.#firstId)) {
      this.open = price;
      this.firstTime = time;
      this.#firstId = id;
    }
  }

  #end(time: number, id: number, price: number): void {
    if (time > this.lastTime || (time === this.lastTime && !(id < this.#lastId))) {
      this.close = price;
      this.lastTime = time;
      this.#lastId = id;
    }
  }

  #addVolume(size: number): void {
    const sum = this.#volume + size;
    this.#lost += Math.abs(this.#volume) >= Math.abs(size) ? this.#volume - sum + size : size - sum + this.#volume;
    this.#volume = sum;
  }
}

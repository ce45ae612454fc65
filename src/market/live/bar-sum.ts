/**
 * OHLCV of trades in whatever order they come. The order that counts is that of their times, at equal times that of
 * numeric ids (`NaN`: none), and only then that of arrival. Every field is a plain number: adding allocates nothing.
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
  #firstId = NaN;
  #lastId = NaN;
  #volume = 0;
  /** What the sum of volumes lost by rounding (Neumaier), so that the order of adding hardly matters. */
  #lost = 0;

  /** Nothing in it has a price. */
  get isEmpty(): boolean {
    return this.firstTime === Infinity;
  }

  /** `NaN` where one trade's size is unknown. */
  get volume(): number {
    return this.#volume + this.#lost;
  }

  /** @param size `NaN`: unknown */
  add(time: number, id: number, price: number, size: number): void {
    this.heldTime = time;
    if (price > this.high) this.high = price;
    if (price < this.low) this.low = price;
    this.#begin(time, id, price);
    this.#end(time, id, price);
    this.#addVolume(size);
  }

  addVolume(time: number, size: number): void {
    this.heldTime = time;
    this.#addVolume(size);
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

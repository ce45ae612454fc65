import { scaleOf } from './decimal-sum.ts';

/** Sums stay whole numbers that doubles have: `high x BASE + low`. */
const BASE = 1e15;
const BIG_BASE = BigInt(BASE);
/** With a `low` below the base, the sum is still one of the whole numbers. */
const LARGEST_PRODUCT = 4e15;
const POWERS = Float64Array.from({ length: 16 }, (_, exponent) => 10 ** exponent);
/** Powers up to this one are exact doubles. */
const LARGEST_EXACT_SCALE = 22;

/**
 * The sum of price x size of trades, exact as decimals of 30 digits: the nearest double to what a person would write,
 * whatever the order. Adding allocates nothing while prices and sizes have no more decimals than those before.
 */
export class TurnoverSum {
  #high = 0;
  #low = 0;
  #priceScale = 0;
  #sizeScale = 0;
  /** Of trades whose price or size is no decimal. */
  #inexact = 0;

  get value(): number {
    return this.#exactValue() + this.#inexact;
  }

  add(price: number, size: number): void {
    let priceWhole = Math.round(price * POWERS[this.#priceScale]);
    let sizeWhole = Math.round(size * POWERS[this.#sizeScale]);
    if (priceWhole / POWERS[this.#priceScale] !== price || sizeWhole / POWERS[this.#sizeScale] !== size) {
      const priceScale = scaleOf(price, this.#priceScale);
      const sizeScale = scaleOf(size, this.#sizeScale);
      if (priceScale === undefined || sizeScale === undefined) {
        this.#inexact += price * size;
        return;
      }
      this.#scaleTo(priceScale, sizeScale);
      priceWhole = Math.round(price * POWERS[priceScale]);
      sizeWhole = Math.round(size * POWERS[sizeScale]);
    }
    const product = priceWhole * sizeWhole;
    if (product <= LARGEST_PRODUCT && product >= -LARGEST_PRODUCT) this.#addWhole(0, product);
    else this.#addBig(BigInt(priceWhole) * BigInt(sizeWhole));
  }

  merge(part: TurnoverSum): void {
    this.#scaleTo(Math.max(this.#priceScale, part.#priceScale), Math.max(this.#sizeScale, part.#sizeScale));
    const missing = this.#scale - part.#scale;
    if (missing === 0) this.#addWhole(part.#high, part.#low);
    else this.#addBig(part.#big() * 10n ** BigInt(missing));
    this.#inexact += part.#inexact;
  }

  get #scale(): number {
    return this.#priceScale + this.#sizeScale;
  }

  #exactValue(): number {
    return this.#high === 0 && this.#scale <= LARGEST_EXACT_SCALE
      ? this.#low / 10 ** this.#scale
      : Number(`${this.#big()}e-${this.#scale}`);
  }

  #scaleTo(priceScale: number, sizeScale: number): void {
    const missing = priceScale + sizeScale - this.#scale;
    this.#priceScale = priceScale;
    this.#sizeScale = sizeScale;
    if (missing === 0 || (this.#high === 0 && this.#low === 0)) return;
    const whole = this.#big() * 10n ** BigInt(missing);
    this.#high = 0;
    this.#low = 0;
    this.#addBig(whole);
  }

  #big(): bigint {
    return BigInt(this.#high) * BIG_BASE + BigInt(this.#low);
  }

  #addBig(whole: bigint): void {
    this.#addWhole(Number(whole / BIG_BASE), Number(whole % BIG_BASE));
  }

  #addWhole(high: number, low: number): void {
    const sum = this.#low + low;
    const carried = Math.trunc(sum / BASE);
    this.#high += high + carried;
    this.#low = sum - carried * BASE;
  }
}

/** The nearest double to what a person would write. */
export function decimalProduct(price: number, size: number): number {
  const sum = new TurnoverSum();
  sum.add(price, size);
  return sum.value;
}

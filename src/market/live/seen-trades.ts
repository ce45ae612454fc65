const FIRST_ROOM = 1_024;

/** Which trades were seen, by their ids, as far back as is asked for. */
export class SeenTrades {
  // Ids that rise as they come, as most do: a queue that is sorted by itself.
  #ids = new Float64Array(FIRST_ROOM);
  #times = new Float64Array(FIRST_ROOM);
  #start = 0;
  #end = 0;
  #highest = -Infinity;
  /** All others, with their times. */
  readonly #others = new Map<number | string, number>();
  #othersFrom = -Infinity;

  /** Remembers the trade; answers whether it is seen for the first time. */
  isNew(id: number | string, time: number): boolean {
    if (typeof id === 'number' && id > this.#highest) {
      if (this.#end === this.#ids.length) this.#makeRoom();
      this.#ids[this.#end] = id;
      this.#times[this.#end++] = time;
      this.#highest = id;
      return true;
    }
    if (this.#others.has(id) || (typeof id === 'number' && this.#isInQueue(id))) return false;
    this.#others.set(id, time);
    return true;
  }

  /** Ids of trades before `time` need not be known any more. */
  forgetBefore(time: number, windowMs: number): void {
    while (this.#start < this.#end && this.#times[this.#start] < time) this.#start++;
    if (time - this.#othersFrom < windowMs) return; // all are looked at once a window
    this.#othersFrom = time;
    for (const [id, seenTime] of this.#others) if (seenTime < time) this.#others.delete(id);
  }

  clear(): void {
    this.#start = this.#end = 0;
    this.#highest = -Infinity;
    this.#others.clear();
  }

  #isInQueue(id: number): boolean {
    let low = this.#start;
    let high = this.#end;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#ids[middle] < id) low = middle + 1;
      else high = middle;
    }
    return low < this.#end && this.#ids[low] === id;
  }

  #makeRoom(): void {
    const count = this.#end - this.#start;
    const room = count * 2 > this.#ids.length ? this.#ids.length * 2 : this.#ids.length;
    const [ids, times] = [new Float64Array(room), new Float64Array(room)];
    ids.set(this.#ids.subarray(this.#start, this.#end));
    times.set(this.#times.subarray(this.#start, this.#end));
    this.#ids = ids;
    this.#times = times;
    this.#start = 0;
    this.#end = count;
  }
}

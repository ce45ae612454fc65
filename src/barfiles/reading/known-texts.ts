interface Known<Value> {
  readonly text: Buffer;
  readonly value: Value;
  /** The one that came after it. */
  next: Known<Value> | undefined;
}

/**
 * What was made of texts, found by their bytes. A file in order of time names the same symbols in the same order again
 * and again, so that the next one is known.
 */
export class KnownTexts<Value> {
  readonly #known = new Map<string, Known<Value>>();
  #last: Known<Value> | undefined;

  /** What belongs to the text in `[from, to)`, if it was put here. */
  find(bytes: Buffer, from: number, to: number): Value | undefined {
    const expected = this.#last?.next;
    if (expected !== undefined && isText(expected.text, bytes, from, to)) return (this.#last = expected).value;
    return this.#follow(this.#known.get(bytes.toString('latin1', from, to)));
  }

  put(bytes: Buffer, from: number, to: number, value: Value): Value {
    const known = { text: Buffer.from(bytes.subarray(from, to)), value, next: undefined };
    this.#known.set(known.text.toString('latin1'), known);
    this.#follow(known);
    return value;
  }

  #follow(known: Known<Value> | undefined): Value | undefined {
    if (known === undefined) return undefined;
    if (this.#last !== undefined) this.#last.next = known;
    this.#last = known;
    return known.value;
  }
}

function isText(text: Buffer, bytes: Buffer, from: number, to: number): boolean {
  if (to - from !== text.length) return false;
  for (let at = 0; at < text.length; at++) if (bytes[from + at] !== text[at]) return false;
  return true;
}

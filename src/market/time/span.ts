/** Half-open `[from, to)` of plain numbers, UTC epoch ms, as it is stored and handed from slice to slice. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** The parts of a span that lie in none of the others, which are ascending and disjoint. */
export function partsOutside({ from, to }: Span, others: readonly Span[]): Span[] {
  const parts: Span[] = [];
  let next = from;
  for (const other of others) {
    if (other.to <= next || other.from >= to) continue;
    if (next < other.from) parts.push({ from: next, to: other.from });
    next = other.to;
  }
  if (next < to) parts.push({ from: next, to });
  return parts;
}

/** The parts that two ascending, disjoint lists of spans share. */
export function sharedParts(some: readonly Span[], others: readonly Span[]): Span[] {
  const parts: Span[] = [];
  for (let i = 0, k = 0; i < some.length && k < others.length;) {
    const from = Math.max(some[i].from, others[k].from);
    const to = Math.min(some[i].to, others[k].to);
    if (from < to) parts.push({ from, to });
    if (some[i].to < others[k].to) i++;
    else k++;
  }
  return parts;
}

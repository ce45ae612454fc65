/** How requests to a vendor fare, and its clock; none of it keeps the product from serving. */
export interface VendorHealth {
  readonly name: string;
  readonly breaker: 'closed' | 'open' | 'halfOpen';
  readonly queued: number;
  /** How many requests of weight 1 are allowed in any span of `windowMs`, and how many of them now. */
  readonly room?: { readonly windowMs: number; readonly most: number; readonly left: number } | undefined;
  /** UTC epoch ms. */
  readonly pausedUntil: number | undefined;
  /** Whether this machine's clock and the vendor's agree within two seconds; where not, the vendor's decides of bars. */
  readonly clock: 'ok' | 'skewed' | 'unknown';
  /** How far this machine's clock is ahead, at the least; negative: behind. */
  readonly clockSkewMs: number | undefined;
}

/** As doors give it. */
export function vendorJson({ room, pausedUntil, clockSkewMs, ...vendor }: VendorHealth) {
  const until = pausedUntil === undefined ? null : new Date(pausedUntil).toISOString();
  return { ...vendor, room: room ?? null, pausedUntil: until, clockSkewMs: clockSkewMs ?? null };
}

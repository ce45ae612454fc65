/**
 * What stored prices mean: as they were traded; adjusted for splits by a vendor that gives nothing else; or `mixed`
 * while a series is fetched anew on another basis, which no provider gives.
 */
export const PRICE_BASES = ['raw', 'split', 'mixed'] as const;
export type PriceBasis = (typeof PRICE_BASES)[number];

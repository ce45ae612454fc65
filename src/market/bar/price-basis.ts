/** What stored prices mean: as they were traded, or adjusted for splits by a vendor that gives nothing else. */
export const PRICE_BASES = ['raw', 'split'] as const;
export type PriceBasis = (typeof PRICE_BASES)[number];

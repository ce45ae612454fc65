/** An instrument that can be chosen. */
export interface Found {
  readonly instrumentId: string;
  readonly name: string | null;
  /** The provider that has it; undefined for one that is stored. */
  readonly provider: string | undefined;
  readonly series: readonly { readonly interval: string }[];
}

/** What matches, stored instruments first; what a provider has too is not told twice. */
export function foundAll(stored: readonly Found[], ofProviders: readonly (readonly Found[])[]): readonly Found[] {
  const known = new Set(stored.map(({ instrumentId }) => instrumentId));
  return [...stored, ...ofProviders.flat().filter(({ instrumentId }) => !known.has(instrumentId))];
}

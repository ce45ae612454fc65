import type { VendorBar } from './bar-pages.ts';

/** Whether a vendor says of any row how much traded. Of an index, or a currency, every volume is 0. */
export function tellsVolume(rows: readonly VendorBar[]): boolean {
  return rows.some(({ volume }) => volume > 0);
}

/**
 * Rows without fillers, ascending: where nothing traded some vendors repeat the close before as a row of volume 0, which
 * is no bar of ours. A row of volume 0 at another price is no such repeat, and a doubtful one says that something traded.
 *
 * Only for an instrument whose volume is told. A vendor that counts trades knows better, and needs no such guess.
 */
export function withoutFillers(rows: readonly VendorBar[]): VendorBar[] {
  const ascending = rows.toSorted((a, b) => a.openTime - b.openTime);
  let closeBefore: number | undefined;
  return ascending.filter((row) => {
    const isFiller = row.isDoubtful !== true && repeats(row, closeBefore);
    closeBefore = row.close;
    return !isFiller;
  });
}

/** What comes first has nothing to repeat: of it the volume alone, and one price, must tell. */
function repeats({ volume, open, high, low, close }: VendorBar, closeBefore = close): boolean {
  return volume === 0 && open === close && high === close && low === close && close === closeBefore;
}

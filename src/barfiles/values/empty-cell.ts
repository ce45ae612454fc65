const LONGEST_WORD = 5;
const nothing = /^(?:nan|nat|null|nil|none|n\/?a|#n\/?a|<na>|-{1,3}|[–—])?$/i;

/** Whether a cell says that there is no value: nothing, `NaN`, `null`, `None`, `N/A`, `-`. */
export function isEmptyCell(cell: unknown): boolean {
  if (typeof cell === 'string') {
    if (cell.charCodeAt(0) >= 48 && cell.charCodeAt(0) <= 57) return false;
    const word = cell.trim();
    return word.length <= LONGEST_WORD && nothing.test(word);
  }
  if (cell instanceof Date) return Number.isNaN(cell.getTime());
  return cell === undefined || cell === null || Number.isNaN(cell);
}

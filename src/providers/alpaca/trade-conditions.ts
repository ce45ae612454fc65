/**
 * How a stock's trade counts in Alpaca's own minute bars, by its conditions (`c`) and its tape (`z`). Alpaca follows the
 * guidance of the SIPs (sale conditions of the CTS and UTP specifications), and leaves the prices of more trades out:
 * what is no price of this moment is none of the minute, though a day's high may have it. A condition that is not known
 * is an ordinary one: what that gets wrong, history repairs.
 * @see https://alpaca.markets/learn/stock-minute-bars
 * @see https://forum.alpaca.markets/t/bar-calculation-cts-guidance-and-alpaca-article-discrepancy/18440
 */
export function effectOf(conditions: readonly unknown[], tape: unknown): 'all' | 'volume' | 'nothing' {
  if (conditions.some((condition) => REPORTS.has(condition))) return 'nothing';
  const isPriceless = (condition: unknown): boolean =>
    WITHOUT_PRICE.has(condition) || (condition === AVERAGE_OR_BUNCHED && tape !== UTP_TAPE);
  return conditions.some(isPriceless) ? 'volume' : 'all';
}

/** Official open and close of a market centre, corrected consolidated close: they repeat what was traded. */
const REPORTS: ReadonlySet<unknown> = new Set(['M', 'Q', '9']);

/**
 * Cash sale, bunched sold, price variation, odd lot, next day, prior reference price, seller, extended hours out of
 * sequence, contingent, average price, out of sequence, derivatively priced, qualified contingent.
 */
const WITHOUT_PRICE: ReadonlySet<unknown> = new Set(['C', 'G', 'H', 'I', 'N', 'P', 'R', 'U', 'V', 'W', 'Z', '4', '7']);

/** An average price on the tapes A and B (CTS); on tape C (UTP) a bunched trade, which is an ordinary one. */
const AVERAGE_OR_BUNCHED = 'B';
const UTP_TAPE = 'C';

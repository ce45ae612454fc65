const formats = new Map<string, Intl.DateTimeFormat>();

/**
 * 00:00Z of the date that clocks of a zone show at a moment (UTC epoch ms): the label of a trading day.
 * @throws RangeError if there is no such zone or moment
 */
export function localDay(time: number, zone: string): number {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', { timeZone: zone, year: 'numeric', month: 'numeric', day: 'numeric' });
    formats.set(zone, format);
  }
  const parts = Object.fromEntries(format.formatToParts(time).map(({ type, value }) => [type, Number(value)]));
  return Date.UTC(parts.year, parts.month - 1, parts.day);
}

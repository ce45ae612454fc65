/** A call that stores one bar of each of many series. */
export function manyDays(series: number) {
  const bar = { openTime: Date.UTC(2024, 0, 2), open: 1, high: 2, low: 1, close: 2 };
  return {
    interval: '1d' as const,
    provider: 'test',
    state: 'final' as const,
    series: Array.from({ length: series }, (_, i) => ({ instrumentId: `NASDAQ:S${i}`, bars: [bar] })),
  };
}

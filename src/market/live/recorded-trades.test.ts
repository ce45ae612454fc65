import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { listening, trade } from '../../../test/fixtures/market/live-model.ts';

const RECORDED = new URL('../../../test/fixtures/market/', import.meta.url);

function recordedBars(fileName: string) {
  const [, ...lines] = readFileSync(new URL(fileName, RECORDED), 'utf8').trimEnd().split('\n');
  return lines.map((line) => {
    const [openTime, ...values] = line.split(',');
    const [open, high, low, close, volume] = values.map(Number);
    return { openTime: Date.parse(openTime), open, high, low, close, volume };
  });
}

test('trades that recorded seconds imply make these seconds, and the minutes that were recorded beside them', () => {
  const { machine, closed } = listening({ intervals: ['1s', '1m'] });
  const seconds = recordedBars('COINBASE_BTCUSD_1s_2016-10-07T12-14.csv');
  for (const { openTime, open, high, low, close, volume } of seconds) {
    for (const [i, price] of [close, low, high, open].entries())
      // the last first
      machine.onTrade(trade(openTime + 999 - i * 333, price, volume / 4));
    machine.advance(openTime + 1_000);
  }
  machine.advance(Date.UTC(2017, 0));
  for (const [interval, recorded] of [
    ['1s', seconds],
    ['1m', recordedBars('COINBASE_BTCUSD_1m_2016-10-07T12-14.csv')],
  ] as const) {
    const made = [...closed.values()].filter((bar) => bar.interval === interval);
    const prices = (bars: readonly (typeof recorded)[number][]) =>
      bars.map(({ openTime, open, high, low, close }) => [openTime, open, high, low, close]);
    assert.deepEqual(prices(made.map((bar) => ({ ...bar, volume: bar.volume ?? NaN }))), prices(recorded));
    for (const [i, { volume }] of recorded.entries())
      assert.ok(Math.abs((made[i].volume ?? NaN) - volume) <= 1e-9 * volume, `${interval} ${i}`);
  }
});

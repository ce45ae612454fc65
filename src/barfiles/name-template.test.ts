import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nameTemplate } from './name-template.ts';

const read = (template: string, name: string) => {
  const found = nameTemplate(template)(name);
  return found === undefined ? undefined : { ...found };
};

test('a name tells exchange, symbol and interval', () => {
  const template = '{exchange}_{symbol}-{interval}';
  assert.deepEqual(read(template, 'prices/BINANCE_BTC_USDT-1m.feather'), {
    exchange: 'BINANCE',
    symbol: 'BTC_USDT',
    interval: '1m',
  });
  assert.deepEqual(read('{symbol}-{interval}-*', 'BTCUSDT-1m-2024-01.zip'), { symbol: 'BTCUSDT', interval: '1m' });
  assert.deepEqual(read('{symbol}.csv', '/data/BRK.B.csv.gz'), { symbol: 'BRK.B' });
  assert.deepEqual(read('{symbol}', 'BTC%2FUSDT%3AUSDT.csv'), { symbol: 'BTC/USDT:USDT' });
  assert.deepEqual(read('{symbol}', '100%.csv'), { symbol: '100%' });
  assert.equal(read(template, 'notes.txt'), undefined);
  assert.equal(read('{symbol}-{interval}', 'BTC-USDT-1m.csv'), undefined, 'the symbol could end at either hyphen');
});

test('a template that can be read in two ways is refused', () => {
  for (const template of ['{exchange}{symbol}', 'prices', '{name}_{symbol}', '{symbol}_{symbol}'])
    assert.throws(() => nameTemplate(template), { code: 'NAME_TEMPLATE_INVALID' }, template);
});

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { aStore, at, portOf, LATER } from '../../../../../test/support/a-store.ts';
import { importerOf } from '../../../../../test/support/bar-files.ts';
import { barsOf, epochMsOfIso } from '../../../../market/index.ts';
import { answerGetBars } from './get-bars.query.ts';

const ROOT = new URL('../../../../../', import.meta.url);
/** Beside the checkout, where the project is developed; too large to be in it. */
const SHARED = new URL('../shared/data/', ROOT);
const INSTRUMENT = { instrumentId: 'COINBASE:BTCUSD' } as const;
const SLACK = 1e-9; // volumes are sums of doubles, and a sum depends on its order

interface Recorded {
  readonly seconds: URL;
  readonly minutes: URL;
  readonly from: string;
  readonly to: string;
}

/** Imports the seconds, asks for minutes, and compares them with what the vendor recorded as minutes. */
async function assertRollsUp(t: TestContext, { seconds, minutes, from, to }: Recorded): Promise<number> {
  const { collections } = await aStore(t);
  const load = importerOf(collections);
  const source = fileURLToPath(seconds);
  const outcome = await load({ ...INSTRUMENT, source, interval: '1s', provider: 'file', state: 'final' }, at(LATER));
  assert.deepEqual([outcome.inserted, outcome.rejected], [outcome.rows, 0]);

  const range = { from: epochMsOfIso(from), to: epochMsOfIso(to) };
  const asked = { from: epochMsOfIso(from), to: epochMsOfIso(to), result: 'fetched' } as const;
  const ask = answerGetBars(collections, portOf({}, [asked]));
  const { storedInterval, columns } = await ask({ ...INSTRUMENT, interval: '1m', ...range }, at(LATER));
  assert.equal(storedInterval, '1s');
  const expected = recordedBars(minutes).filter(({ openTime }) => openTime >= range.from && openTime < range.to);
  const derived = barsOf(columns).map(({ volume = NaN, isPartial: _, ...bar }) => ({ ...bar, volume }));
  assert.deepEqual(
    derived.map(({ volume: _, ...prices }) => prices),
    expected.map(({ volume: _, ...prices }) => ({ ...prices, state: 'final' })),
  );
  for (const [i, { openTime, volume }] of expected.entries())
    assert.ok(
      Math.abs(derived[i].volume - volume) <= SLACK * volume,
      `volume of ${new Date(openTime).toISOString()}: ${derived[i].volume}, recorded ${volume}`,
    );
  return expected.length;
}

function recordedBars(file: URL) {
  const [, ...lines] = readFileSync(file, 'utf8').trimEnd().split('\n');
  return lines.map((line) => {
    const [openTime, ...values] = line.split(',');
    const [open, high, low, close, volume] = values.map(Number);
    return { openTime: Date.parse(openTime), open, high, low, close, volume };
  });
}

test('stored seconds are answered as the minutes that the vendor recorded', async (t) => {
  const fixture = (name: string): URL => new URL(`test/fixtures/market/${name}_2016-10-07T12-14.csv`, ROOT);
  const [seconds, minutes] = [fixture('COINBASE_BTCUSD_1s'), fixture('COINBASE_BTCUSD_1m')];
  assert.equal(await assertRollsUp(t, { seconds, minutes, from: '2016-10-07T12:00Z', to: '2016-10-07T14:00Z' }), 118);
});

const isThere = existsSync(SHARED);
test(
  'three days of seconds are answered as all 4,216 minutes of them',
  { skip: isThere ? false : `no ${fileURLToPath(SHARED)}` },
  async (t) => {
    const [seconds, minutes] = ['1s', '1m'].map((interval) => new URL(`COINBASE_BTCUSD_${interval}.csv`, SHARED));
    assert.equal(await assertRollsUp(t, { seconds, minutes, from: '2016-10-07', to: '2016-10-10' }), 4_216);
  },
);

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { aFolder } from '../../test/support/open-test-database.ts';
import { getBars, importBars } from '../features/bars/index.ts';
import { barsOf, epochMsOfIso, type BarInterval } from '../market/index.ts';
import { PocketQuantError } from '../platform/errors/index.ts';
import { openApplication } from './application.ts';

type WantedBar = readonly [openTime: string, open: number, high: number, low: number, close: number, volume?: number];

interface Case {
  readonly file: string;
  readonly about?: string;
  readonly instrument?: string;
  readonly interval?: BarInterval;
  readonly options?: string;
  readonly error?: string;
  readonly bars?: Readonly<Record<string, readonly WantedBar[]>>;
  readonly first?: boolean;
  readonly align?: 'session';
  readonly storedInterval?: BarInterval;
  readonly rejected?: number;
}

/** Files as vendors, libraries and spreadsheets write them, and what is right; they lie beside the repository. */
const FOLDER = fileURLToPath(new URL('../../../shared/cases/import/', import.meta.url));
const CASES: readonly Case[] = existsSync(FOLDER)
  ? (JSON.parse(readFileSync(join(FOLDER, 'cases.json'), 'utf8')) as Case[])
  : [];

const OPTIONS: Readonly<Record<string, string>> = {
  '--timezone': 'timezone',
  '--date-order': 'dateOrder',
  '--time-is': 'timeIs',
  '--layout': 'layout',
  '--columns': 'columns',
  '--exchange': 'exchange',
  '--symbol': 'symbol',
  '--symbol-column': 'symbolColumn',
  '--decimal': 'decimal',
  '--align': 'align',
};

for (const one of CASES)
  test(`${one.file} ${one.options ?? ''} ${one.about ?? ''}`.trim(), async (t) => {
    const { bus, close } = await openApplication({
      databaseUrl: `file:${join(aFolder(t), 'cases.db')}`,
      changesKept: 1_000,
      onMessage: () => undefined,
      onBackgroundError: (error) => assert.fail(String(error)),
    });
    t.after(close);
    const load = () =>
      bus.execute(
        importBars({
          source: join(FOLDER, one.file),
          instrumentId: one.instrument,
          interval: one.interval,
          provider: 'file',
          state: 'final',
          ...optionsOf(one.options ?? ''),
        }),
      );
    if (one.error !== undefined) {
      await assert.rejects(load, (error: unknown) => {
        assert.ok(error instanceof PocketQuantError, String(error));
        assert.equal(error.code, one.error, error.message);
        return true;
      });
      return;
    }
    const outcome = await load();
    const interval = one.storedInterval ?? one.interval ?? '1m';
    assert.equal(outcome.reading.interval, interval);
    assert.equal(outcome.rejected, one.rejected ?? 0, JSON.stringify(outcome.rejections));
    const wanted = Object.entries(one.bars ?? {});
    assert.deepEqual(
      outcome.series.map(({ instrumentId }) => instrumentId).toSorted(),
      wanted.map(([id]) => id).toSorted(),
    );
    for (const [instrumentId, bars] of wanted) {
      if (bars.length === 0) {
        await assert.rejects(bus.ask(getBars({ instrumentId, interval })), { code: 'INSTRUMENT_NOT_FOUND' });
        continue;
      }
      const { align } = one;
      const { columns } = await bus.ask(getBars({ instrumentId, interval, ...(align === undefined ? {} : { align }) }));
      const stored = barsOf(columns).map(({ openTime, open, high, low, close: last, volume }) => [
        openTime,
        open,
        high,
        low,
        last,
        volume,
      ]);
      if (one.first !== true) assert.equal(stored.length, bars.length);
      for (const [index, [openTime, ...values]] of bars.entries())
        assert.deepEqual(stored[index].slice(0, 1 + values.length), [epochMsOfIso(openTime), ...values]);
    }
  });

function optionsOf(text: string): Record<string, string> {
  const words = text.split(' ').filter((word) => word !== '');
  const options: Record<string, string> = {};
  for (let at = 0; at < words.length; at += 2) options[OPTIONS[words[at]]] = words[at + 1];
  return options;
}

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openApplication, type Application } from '../../src/main/application.ts';
import { getBars, importBars, verifyDatabase } from '../../src/features/bars/index.ts';
import { epochMsOfIso } from '../../src/market/index.ts';
import { aFolder } from '../support/open-test-database.ts';

/** The short form runs with all tests; `npm run test:crash` kills 200 times. */
const KILLS = Number(process.env['CRASH_TEST_KILLS'] ?? 6);
const LONGEST_LIFE_MS = 400;
const SCRIPT = fileURLToPath(new URL('../support/import-and-upsert.ts', import.meta.url));
const FILE = fileURLToPath(new URL('../../examples/data/COINBASE_BTCUSD_1m.csv', import.meta.url));
const START = epochMsOfIso('2020-01-01');

/** @returns what was acknowledged before the kill */
async function runAndKill(database: string, version: number): Promise<string[]> {
  const child = spawn(process.execPath, [SCRIPT, database, FILE, String(version)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  const reader = createInterface(child.stdout);
  reader.on('line', (line) => {
    if (line === 'ready') setTimeout(() => child.kill('SIGKILL'), Math.random() * LONGEST_LIFE_MS);
    else lines.push(line);
  });
  const [, [code, signal]] = await Promise.all([once(reader, 'close'), once(child, 'exit')]);
  assert.deepEqual([code, signal], [null, 'SIGKILL'], 'the process was killed and did not end by itself');
  return lines;
}

function open(databaseUrl: string): Promise<Application> {
  return openApplication({
    databaseUrl,
    changesKept: 1_000_000,
    onMessage: () => undefined,
    onBackgroundError: (error) => assert.fail(String(error)),
  });
}

test(`after ${KILLS} kills at random moments everything acknowledged is there once, and the database is in order`, async (t) => {
  const database = `file:${join(aFolder(t), 'crash.db')}`;
  const acknowledged = new Map<number, number>(); // minute -> the newest version that was acknowledged
  let version = 0;
  for (let kill = 1; kill <= KILLS; kill++) {
    for (const line of await runAndKill(database, version)) {
      const [minute, count, told] = line.split(' ').map(Number);
      for (let i = 0; i < count; i++) acknowledged.set(minute + i, told);
      version = told + 1;
    }
    const application = await open(database);
    const { problems } = await application.bus.ask(verifyDatabase({}));
    assert.deepEqual(problems, [], `after kill ${kill}`);
    await application.relay.drain();
    assert.deepEqual(
      (await application.bus.ask(verifyDatabase({}))).problems,
      [],
      `after kill ${kill} and publication`,
    );
    await assertAcknowledged(application, acknowledged);
    await application.close();
  }

  const application = await open(database);
  const target = {
    source: FILE,
    instrumentId: 'CRASH:FILE',
    interval: '1m',
    provider: 'file',
    state: 'final',
  } as const;
  const { inserted, unchanged } = await application.bus.execute(importBars(target));
  assert.equal(inserted + unchanged, 4_216);
  const again = await application.bus.execute(importBars(target));
  assert.equal(again.unchanged, 4_216);
  assert.deepEqual((await application.bus.ask(verifyDatabase({}))).problems, []);
  await application.close();
});

async function assertAcknowledged({ bus }: Application, acknowledged: ReadonlyMap<number, number>): Promise<void> {
  if (acknowledged.size === 0) return;
  const { columns } = await bus.ask(getBars({ instrumentId: 'CRASH:BARS', interval: '1m', to: START + 1e12 }));
  const stored = new Map(
    Array.from(columns.openTime, (openTime, i) => [(openTime - START) / 60_000, columns.close[i] - 1_000]),
  );
  assert.equal(stored.size, columns.openTime.length, 'no bar is there twice');
  for (const [minute, told] of acknowledged) {
    const found = stored.get(minute) ?? -1;
    // A write that was not acknowledged may have been applied all the same.
    assert.ok(found >= told, `minute ${minute} has version ${found}, acknowledged was ${told}`);
  }
}

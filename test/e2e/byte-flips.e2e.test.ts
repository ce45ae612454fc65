import assert from 'node:assert/strict';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import {
  getBars,
  getChanges,
  getRevisions,
  importBars,
  upsertBars,
  verifyDatabase,
} from '../../src/features/bars/index.ts';
import { getLedger } from '../../src/features/coverage/index.ts';
import { getSymbols, registerSymbol } from '../../src/features/instruments/index.ts';
import { syncBars } from '../../src/features/sync/index.ts';
import { openApplication, type Application } from '../../src/main/application.ts';
import { sampleFile } from '../../src/main/sample.cli.ts';
import { epochMsOfIso } from '../../src/market/index.ts';
import { PocketQuantError } from '../../src/platform/errors/index.ts';
import { aFolder } from '../support/open-test-database.ts';

/** The short form runs with all tests, at the same places each time; `npm run test:flips` flips 200 anywhere. */
const FLIPS = Number(process.env['FLIPS'] ?? 25);
const SEED = Number(process.env['FLIPS_SEED'] ?? ('FLIPS' in process.env ? Date.now() % 1e6 : 1));
const ID = 'COINBASE:BTCUSD';
const [FROM, TO] = [epochMsOfIso('2016-10-07'), epochMsOfIso('2016-10-10')];

function open(file: string): Promise<Application> {
  return openApplication({
    databaseUrl: `file:${file}`,
    changesKept: 1_000_000,
    onMessage: () => undefined,
    onBackgroundError: () => undefined,
  });
}

/** Instruments, bars of three days, corrections, changes, coverage, a job and a tracked series. */
async function aFilledFile(t: TestContext): Promise<string> {
  const file = join(aFolder(t), 'sound.db');
  const application = await open(file);
  const { bus, relay, scheduler } = application;
  for (const instrumentId of [ID, 'NASDAQ:AAPL', 'NASDAQ:MSFT'])
    await bus.execute(registerSymbol({ instrumentId, name: `The name of ${instrumentId}` }));
  const interval = '1m';
  const state = 'final';
  await bus.execute(
    importBars({ source: sampleFile(), instrumentId: ID, interval, provider: 'sample', state, isComplete: true }),
  );
  const bar = { openTime: FROM + 60_000, open: 600, high: 612, low: 600, close: 611, volume: 1 };
  await bus.execute(upsertBars({ instrumentId: ID, interval, provider: 'hand', state, bars: [bar] }));
  const job = await bus.execute(
    syncBars({ instrumentId: 'DEMO:WALK', interval: '1h', provider: 'simulated', from: FROM, to: FROM + 86_400_000 }),
  );
  await scheduler.runToEnd(job.id, AbortSignal.timeout(30_000));
  await relay.drain();
  await application.close();
  return file;
}

/** What a user may ask, by name. */
const QUESTIONS: Readonly<Record<string, (application: Application) => Promise<unknown>>> = {
  bars: ({ bus }) => bus.ask(getBars({ instrumentId: ID, interval: '1m', from: FROM, to: TO })),
  hours: ({ bus }) => bus.ask(getBars({ instrumentId: ID, interval: '1h', from: FROM, to: TO })),
  synced: ({ bus }) => bus.ask(getBars({ instrumentId: 'DEMO:WALK', interval: '1h', from: FROM, to: TO })),
  revisions: ({ bus }) => bus.ask(getRevisions({ instrumentId: ID, interval: '1m', openTime: FROM + 60_000 })),
  symbols: ({ bus }) => bus.ask(getSymbols({})),
  changes: ({ bus }) => bus.ask(getChanges({ after: 0, limit: 1_000 })),
  ledger: ({ bus }) => bus.ask(getLedger({ instrumentId: ID, interval: '1m', from: FROM, to: TO })),
  jobs: ({ database }) =>
    database
      .collection('jobs')
      .find({}, { sort: { _id: 1 } })
      .toArray(),
};

/** The answer, or the code of what was said instead. */
async function answerTo(application: Application, name: string): Promise<string> {
  try {
    return JSON.stringify(await QUESTIONS[name](application));
  } catch (error) {
    assert.ok(error instanceof PocketQuantError, String(error));
    assert.notEqual(error.code, 'INTERNAL', String(error.cause instanceof Error ? error.cause.stack : error.stack));
    return error.code;
  }
}

function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

test(`of ${FLIPS} flipped bytes anywhere in the file, none gives a wrong answer from a database found in order`, async (t) => {
  t.diagnostic(`seed ${SEED}`);
  const sound = await aFilledFile(t);
  const pristine = join(aFolder(t), 'pristine.db');
  copyFileSync(sound, pristine);
  const before = await open(pristine);
  const right = new Map<string, string>();
  for (const name of Object.keys(QUESTIONS)) right.set(name, await answerTo(before, name));
  assert.deepEqual((await before.bus.ask(verifyDatabase({}))).problems, []);
  await before.close();

  const random = randomOf(SEED);
  const counts = { refused: 0, found: 0, harmless: 0 };
  for (let flip = 0; flip < FLIPS; flip++) {
    const bytes = readFileSync(sound);
    const at = Math.floor(random() * bytes.length);
    const mask = 1 + Math.floor(random() * 255);
    bytes[at] ^= mask;
    const file = join(aFolder(t), 'flipped.db');
    writeFileSync(file, bytes);
    const what = `byte ${at} of ${bytes.length} flipped by ${mask}`;
    let application: Application;
    try {
      application = await open(file);
    } catch (error) {
      assert.ok(error instanceof PocketQuantError && error.code !== 'INTERNAL', `${what}: ${String(error)}`);
      counts.refused++;
      continue;
    }
    const wrong: string[] = [];
    for (const [name, answer] of right) {
      const given = await answerTo(application, name);
      if (given !== answer) wrong.push(`${name}: ${given.slice(0, 200)}`);
    }
    const { problems } = await application.bus.ask(verifyDatabase({}));
    await application.close();
    assert.ok(problems.length > 0 || wrong.length === 0, `${what}: in order, but ${wrong.join('\n')}`);
    counts[problems.length > 0 ? 'found' : 'harmless']++;
  }
  t.diagnostic(JSON.stringify(counts));
});

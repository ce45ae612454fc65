import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import fc from 'fast-check';
import { aRow, aStore, at, portOf, LATER, minute } from '../../../../../test/support/a-store.ts';
import { epochMs, KNOWN_SCHEDULES, type BarInterval, type EpochMs } from '../../../../market/index.ts';
import { createCache } from '../../../../platform/cache/index.ts';
import { handleDeleteBars } from '../../commands/delete-bars/delete-bars.command.ts';
import type { AskedSpan } from '../../reading/explain-gaps.ts';
import type { BarsPort, InstrumentFacts } from '../../reading/plan-answer.ts';
import { publishPending } from '../../relay/publish-pending.ts';
import { answerExportBars } from '../export-bars/export-bars.query.ts';
import { answerStreamBars } from '../stream-bars/stream-bars.query.ts';
import { answerGetBarsBody } from './get-bars-body.query.ts';

const forgetNothing = (): Promise<void> => Promise.resolve();

type PageQuestion = Omit<Parameters<ReturnType<typeof answerGetBarsBody>>[0], 'instrumentId'>;

interface World {
  facts: Partial<InstrumentFacts>;
  asked: readonly AskedSpan[];
  /** Counts the changes of the above; in the product they lie in the database too. */
  version: number;
}

/** A store, asked through a cache and, beside it, without one. */
async function aCachedStore(t: TestContext, isVersioned: boolean) {
  const { database, collections, upsert } = await aStore(t);
  const world: World = { facts: { schedule: KNOWN_SCHEDULES.get('24x7') }, asked: [], version: 0 };
  const port: BarsPort = {
    findInstrument: (id) => portOf({ isRegistered: true, ...world.facts }).findInstrument(id),
    findLedger: () => Promise.resolve({ basis: undefined, asked: world.asked }),
    findOpenBar: () => Promise.resolve(undefined),
  };
  const cache = createCache(1_000_000);
  const dataVersion = (): number | undefined =>
    isVersioned ? (database.dataVersion?.() ?? NaN) + world.version : undefined;
  const exported = answerExportBars(answerStreamBars(collections, port));
  const tools = { collections, port, cache, dataVersion, exported };
  const cached = answerGetBarsBody(tools);
  const fresh = answerGetBarsBody({ ...tools, cache: createCache(0), dataVersion: () => undefined });
  const deleteBars = handleDeleteBars(collections, () => undefined, forgetNothing);
  const textOf = async (answer: typeof cached, question: PageQuestion, now: number): Promise<string> => {
    const body = await answer({ instrumentId: 'COINBASE:BTCUSD', ...question }, at(now));
    assert.ok(body.kind === 'page');
    const text = Buffer.from(body.bytes).toString();
    body.release();
    return text;
  };
  return {
    world,
    cache,
    upsert,
    /** Removes minutes, and the chunks that are empty by it. */
    remove: async (from: number, to: number) => {
      const range = { from: minute(from), to: minute(to) };
      await deleteBars({ instrumentId: 'COINBASE:BTCUSD', interval: '1m', ...range }, at(LATER));
      await publishPending(collections);
    },
    ask: (question: PageQuestion, now: number = LATER) => textOf(cached, question, now),
    askWithout: (question: PageQuestion, now: number = LATER) => textOf(fresh, question, now),
  };
}

const FIRST_MINUTES: PageQuestion = { interval: '1m', from: minute(0), to: minute(60), limit: 10, format: 'json' };

for (const isVersioned of [true, false]) {
  const how = isVersioned ? 'with a version of the data' : 'without a version of the data';

  test(`${how}, a page comes from the cache the third time, the same to the byte`, async (t) => {
    const { upsert, ask, cache } = await aCachedStore(t, isVersioned);
    await upsert([0, 1, 3].map((count) => aRow(count, 10)));
    const first = await ask(FIRST_MINUTES);
    assert.deepEqual([await ask(FIRST_MINUTES), await ask(FIRST_MINUTES)], [first, first]);
    const { hits, misses, entries } = cache.state();
    assert.deepEqual([hits, misses, entries], [1, 2, 1]);
  });

  test(`${how}, no page is answered that is no longer true`, async (t) => {
    const act = fc.oneof(
      fc.record({ kind: fc.constant('upsert' as const), at: fc.nat(1_500), price: fc.integer({ min: 5, max: 9 }) }),
      fc.record({ kind: fc.constant('remove' as const), at: fc.nat(1_500) }),
      fc.record({ kind: fc.constant('refuse' as const), at: fc.nat(30) }),
      fc.record({ kind: fc.constant('fetched' as const), at: fc.nat(30) }),
      fc.record({ kind: fc.constant('listed' as const), at: fc.nat(30) }),
      fc.record({ kind: fc.constant('pass' as const), at: fc.nat(1_500) }),
    );
    const intervals: readonly BarInterval[] = ['1m', '5m', '1d'];
    const question = fc.record({
      interval: fc.constantFrom(...intervals),
      from: fc.constantFrom(undefined, minute(0), minute(7)),
      to: fc.constantFrom(undefined, minute(20), minute(3_000)),
      limit: fc.constantFrom(1, 3, 1_000),
      order: fc.constantFrom('asc' as const, 'desc' as const),
      minState: fc.constantFrom('provisional' as const, 'final' as const),
      align: fc.constantFrom(undefined, 'session' as const),
      format: fc.constantFrom('json' as const, 'columns' as const),
    });
    const story = fc.record({
      schedule: fc.constantFrom('24x7', 'OANDA'),
      questions: fc.array(question, { minLength: 1, maxLength: 3 }),
      acts: fc.array(act, { maxLength: 8 }),
    });
    await fc.assert(
      fc.asyncProperty(story, async ({ schedule, questions, acts }) => {
        const { world, upsert, remove, ask, askWithout } = await aCachedStore(t, isVersioned);
        let now: EpochMs = minute(10);
        world.facts = { schedule: KNOWN_SCHEDULES.get(schedule), sessions: 'extended' };
        // Without any bar left, none can begin with trading.
        const told = (error: unknown) => String(error);
        await upsert([aRow(1, 10), aRow(2, 10, 3)], { now });
        const known = questions.map((all) =>
          Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)),
        ) as unknown as PageQuestion[];
        for (const step of [undefined, undefined, ...acts]) {
          world.version++;
          if (step?.kind === 'upsert')
            await upsert([aRow(step.at, step.price)], { now: LATER, observedAt: LATER + step.price });
          else if (step?.kind === 'remove') await remove(step.at, step.at + 10);
          else if (step?.kind === 'refuse') await upsert([{ ...aRow(step.at, 10), high: 0 }], { now: LATER });
          else if (step?.kind === 'fetched')
            world.asked = [{ from: minute(0), to: minute(step.at + 1), result: 'fetched' }];
          else if (step?.kind === 'listed') world.facts = { ...world.facts, listedFrom: minute(step.at) };
          else if (step?.kind === 'pass') now = epochMs(now + step.at * 60_000);
          // Asked twice: what was made anew the first time comes from the cache the second.
          for (const each of [...known, ...known])
            assert.equal(await ask(each, now).catch(told), await askWithout(each, now).catch(told));
        }
      }),
      { numRuns: 15 },
    );
  });
}

test('a chunk that was emptied and filled again with the same number of writes is another one', async (t) => {
  const { upsert, remove, ask, askWithout } = await aCachedStore(t, false);
  await upsert([aRow(0, 10)]);
  for (let i = 0; i < 3; i++) await ask(FIRST_MINUTES);
  await remove(0, 10);
  await upsert([aRow(0, 12)]);
  assert.equal(await ask(FIRST_MINUTES), await askWithout(FIRST_MINUTES));
});

test('a page whose label was damaged is made anew', async (t) => {
  const { upsert, ask, askWithout, cache } = await aCachedStore(t, true);
  await upsert([aRow(0, 10)]);
  const { format, ...question } = FIRST_MINUTES;
  const key = JSON.stringify([format, { instrumentId: 'COINBASE:BTCUSD', ...question }]);
  cache.set(key, { label: '{"covered', body: Buffer.from('nonsense') });
  assert.equal(await ask(FIRST_MINUTES), await askWithout(FIRST_MINUTES));
});

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import fc from 'fast-check';
import {
  open,
  type BarsAnswer,
  type GetManyBarsInput,
  type ManyBars,
  type PocketQuant,
} from '../../src/main/library.ts';
import { barsOf } from '../../src/market/index.ts';

const DAY_MS = 86_400_000;
const FROM = Date.UTC(2019, 10, 25);

const NAMES = ['NASDAQ:A', 'NASDAQ:B', 'NASDAQ:C', 'NASDAQ:NEW', 'COINBASE:BTC/USD', 'NOWHERE:N, 1', 'NOWHERE:GONE'];

function bars(count: number, stepMs: number, isThere: (i: number) => boolean, price = 10) {
  return Array.from({ length: count }, (_, i) => i)
    .filter(isThere)
    .map((i) => ({
      openTime: FROM + i * stepMs,
      open: price + i,
      high: price + i,
      low: price + i,
      close: price + i,
      volume: i,
    }));
}

const isWeekday = (day: number): boolean => day % 7 < 5; // FROM is a Monday

/** Series of many kinds: whole, with gaps, corrected, refused, derived, registered alone, off the calendar; unpublished. */
async function fill(pq: PocketQuant): Promise<void> {
  const written = { provider: 'test', state: 'final' } as const;
  const daily = { ...written, interval: '1d' } as const;
  await pq.upsertBars({ ...daily, instrumentId: 'NASDAQ:A', bars: bars(80, DAY_MS, isWeekday) });
  await pq.upsertBars({ ...daily, instrumentId: 'NASDAQ:B', bars: bars(80, DAY_MS, (day) => day % 5 < 3) });
  await pq.upsertBars({ ...daily, instrumentId: 'NASDAQ:B', bars: bars(20, DAY_MS, (day) => day % 3 === 0, 99) });
  const bad = { openTime: FROM + 4 * DAY_MS, open: 1, high: 0, low: 1, close: 1 };
  await pq.upsertBars({ ...daily, instrumentId: 'NASDAQ:B', bars: [bad] });
  await pq.upsertBars({
    ...written,
    interval: '1h',
    instrumentId: 'NASDAQ:C',
    bars: bars(24 * 60, 3_600_000, (h) => h % 11 > 1),
  });
  await pq.registerSymbol({ instrumentId: 'NASDAQ:NEW', listedFrom: new Date(FROM + 10 * DAY_MS) });
  await pq.settle();
  const some = bars(24 * 30, 3_600_000, (hour) => hour !== 100);
  await pq.upsertBars({
    ...written,
    state: 'provisional',
    interval: '1h',
    instrumentId: 'COINBASE:BTC/USD',
    bars: some,
  });
  await pq.upsertBars({ ...daily, instrumentId: 'NOWHERE:N, 1', bars: bars(30, DAY_MS, (day) => day !== 3) });
}

type Question = Omit<GetManyBarsInput, 'ids' | 'exchange' | 'glob' | 'limit' | 'cursor'>;

const day = fc.integer({ min: -5, max: 90 }).map((days) => FROM + days * DAY_MS);
const optional = { nil: undefined };

const questions: fc.Arbitrary<Question> = fc
  .record({
    interval: fc.constantFrom('1h', '4h', '1d', '1w', '1M'),
    range: fc.tuple(day, day).map(([a, b]) => ({ from: Math.min(a, b), to: Math.max(a, b) + DAY_MS })),
    ends: fc.constantFrom('both', 'from', 'to', 'none'),
    order: fc.option(fc.constantFrom('asc', 'desc'), optional),
    asOf: fc.option(fc.constant(FROM + 2_000 * DAY_MS), optional),
    minState: fc.option(fc.constantFrom('final', 'provisional'), optional),
    align: fc.option(fc.constantFrom('clock', 'session'), optional),
    derive: fc.option(fc.constant(false), optional),
  })
  .map(({ range: { from, to }, ends, ...rest }) => ({
    ...rest,
    from: ends === 'both' || ends === 'from' ? from : undefined,
    to: ends === 'both' || ends === 'to' ? to : undefined,
  }));

async function alone(pq: PocketQuant, question: Question): Promise<ReadonlyMap<string, BarsAnswer | string>> {
  const answers = new Map<string, BarsAnswer | string>();
  for (const instrumentId of NAMES.toSorted())
    answers.set(
      instrumentId,
      await pq.getBars({ ...question, instrumentId }).catch((error: unknown) => (error as { code: string }).code),
    );
  return answers;
}

async function read({ answers, end }: ManyBars): Promise<ReadonlyMap<string, BarsAnswer | string>> {
  const all = new Map<string, BarsAnswer | string>();
  for await (const answer of answers) all.set(answer.instrumentId, answer);
  const { unknown, refused } = end();
  for (const id of unknown) all.set(id, 'INSTRUMENT_NOT_FOUND');
  for (const { instrumentId: id, code } of refused) all.set(id, code);
  return new Map([...all].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** That many series at once are what each of them is alone, on one engine. */
export async function verifyManyBars(t: TestContext, database: string, runs: number): Promise<void> {
  const pq = await open({ database });
  t.after(() => pq.close());
  await fill(pq);
  await fc.assert(
    fc.asyncProperty(questions, fc.integer({ min: 1, max: 60 }), async (question, limit) => {
      const expected = await alone(pq, question);
      const codes = new Set([...expected.values()].filter((one) => typeof one === 'string'));
      const many = { ...question, ids: NAMES };
      if (codes.has('INVALID_RANGE')) {
        await assert.rejects(pq.getManyBars(many).then(read), { code: 'INVALID_RANGE' });
        return;
      }
      assert.deepEqual(await read(await pq.getManyBars(many)), expected);
      await verifyPages(pq, { ...many, limit }, expected);
    }),
    { numRuns: runs },
  );
}

async function verifyPages(
  pq: PocketQuant,
  question: GetManyBarsInput & { readonly limit: number },
  expected: ReadonlyMap<string, BarsAnswer | string>,
): Promise<void> {
  const seen = new Map<string, { bars: unknown[]; expected: number | undefined }>();
  const codes = new Map<string, string>();
  for (let cursor: string | undefined, pages = 0; pages === 0 || cursor !== undefined; pages++) {
    const page = await pq.getManyBars({ ...question, cursor });
    let count = 0;
    for await (const { instrumentId, columns, completeness } of page.answers) {
      const known = seen.get(instrumentId) ?? {
        bars: [],
        expected: completeness.expected === undefined ? undefined : 0,
      };
      known.bars.push(...barsOf(columns));
      if (known.expected !== undefined) known.expected += completeness.expected ?? 0;
      seen.set(instrumentId, known);
      count += columns.openTime.length;
    }
    assert.ok(count <= question.limit, `${count} bars of a page of ${question.limit}`);
    const { unknown, refused, nextCursor } = page.end();
    for (const id of unknown) assert.ok(!codes.has(id) && codes.set(id, 'INSTRUMENT_NOT_FOUND'), `${id} is told once`);
    for (const { instrumentId: id, code } of refused) assert.ok(!codes.has(id) && codes.set(id, code));
    cursor = nextCursor;
  }
  for (const [id, answer] of expected) {
    if (typeof answer === 'string') assert.equal(codes.get(id), answer, id);
    else {
      assert.deepEqual(seen.get(id)?.bars, barsOf(answer.columns), id);
      assert.equal(seen.get(id)?.expected, answer.completeness.expected, id);
    }
  }
}

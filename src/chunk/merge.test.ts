import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { BelievedBars, type Belief, type Observation, type SentBar } from '../../test/fixtures/chunk/believed-bars.ts';
import {
  epochMs,
  FINAL,
  newBarColumns,
  OPTIONAL_COLUMNS,
  PROVISIONAL,
  type BarColumns,
  type ObservedBar,
} from '../market/index.ts';
import {
  barsAsOf,
  chunkWindow,
  cutRevisions,
  decodeBars,
  decodeRevisions,
  deleteRange,
  encodeBars,
  encodeRevisions,
  latestBarAsOf,
  mergeBars,
  mergeRevisions,
  OUTCOMES,
  revisionsOf,
  summaryOf,
  type ChunkContent,
  type ObservedColumns,
  type RevisionColumns,
} from './index.ts';

const WINDOW = chunkWindow(Date.UTC(2016, 9, 7), '1m');
/** Nobody observes anything before. */
const DAWN = WINDOW.to;
const MOMENTS = 8;

function columnsOf(bars: readonly SentBar[]): BarColumns {
  const told = OPTIONAL_COLUMNS.filter((_, place) => bars.some(({ optional }) => !Number.isNaN(optional[place])));
  const columns = newBarColumns(bars.length, told);
  for (const [i, { openTime, value, optional, isFinal }] of bars.entries()) {
    for (const [place, name] of OPTIONAL_COLUMNS.entries()) columns[name]?.set([optional[place]], i);
    columns.openTime[i] = openTime;
    [columns.open[i], columns.high[i], columns.low[i], columns.close[i], columns.volume[i]] = value;
    columns.state[i] = isFinal ? FINAL : PROVISIONAL;
  }
  return columns;
}

interface Batch extends Observation {
  readonly bars: readonly SentBar[];
}

function merge(content: ChunkContent | undefined, { bars, ...observation }: Batch) {
  return mergeBars(content, { columns: columnsOf(bars), ...observation });
}

/** As it would come back from the database. */
function stored({ bars, revisions }: ChunkContent): ChunkContent {
  return {
    bars: decodeBars(encodeBars(bars, '1m', WINDOW), '1m', WINDOW),
    revisions: decodeRevisions(encodeRevisions(revisions, '1m', WINDOW), '1m', WINDOW),
  };
}

function bytesOf({ bars, revisions }: ChunkContent): Uint8Array[] {
  return [encodeBars(bars, '1m', WINDOW), encodeRevisions(revisions, '1m', WINDOW)];
}

// Few values, minutes and moments, so that they meet often.
const value = fc.constantFrom<SentBar['value'][]>(
  [1, 2, 1, 2, 5],
  [1, 2, 1, 2, NaN],
  [0, 2, 0, 1, 5],
  [-0, 2, 0, 1, 5],
  [1, 3, 1, 2, 5],
);
const optional = fc.constantFrom<SentBar['optional'][]>(
  [NaN, NaN, NaN],
  [NaN, NaN, NaN],
  [3, NaN, NaN],
  [NaN, 7.5, NaN],
  [3, 7.5, 100],
  [4, 7.5, NaN],
);
const sentBars = fc
  .uniqueArray(fc.record({ minute: fc.nat(11), value, optional, isFinal: fc.boolean() }), {
    selector: ({ minute }) => minute,
    maxLength: 8,
  })
  .map((bars) =>
    bars
      .map(({ minute, ...bar }): SentBar => ({ openTime: WINDOW.from + minute * 60_000, ...bar }))
      .sort((a, b) => a.openTime - b.openTime),
  );
const batch: fc.Arbitrary<Batch> = fc.record({
  bars: sentBars,
  provider: fc.constantFrom('csv', 'binance', 'alpaca'),
  observedAt: fc.integer({ min: DAWN, max: DAWN + MOMENTS }),
  isObservedAtGiven: fc.boolean(),
});
const batches = fc.array(batch, { minLength: 1, maxLength: 8 });

/** Merges all, and holds each outcome against the model's. */
function mergeAll(all: readonly Batch[]): { content: ChunkContent; model: BelievedBars } {
  const model = new BelievedBars();
  let content: ChunkContent | undefined;
  for (const batch of all) {
    const merged = merge(content, batch);
    const outcomes = batch.bars.map((bar) => model.upsert(bar, batch));
    const expected = OUTCOMES.map((name) => outcomes.filter((outcome) => outcome === name).length);
    assert.deepEqual(
      OUTCOMES.map((name) => merged.counts[name]),
      expected,
    );
    assert.equal(merged.changed, merged.counts.inserted + merged.counts.changed > 0);
    if (!merged.changed && content !== undefined) assert.equal(merged.content, content, 'the same object');
    content = merged.changed ? stored(merged.content) : merged.content;
  }
  return { content: content ?? merge(undefined, { ...all[0], bars: [] }).content, model };
}

function beliefsOf(columns: ObservedColumns): [openTime: number, belief: Belief][] {
  return Array.from(columns.openTime, (openTime, i) => {
    const { open, high, low, close, volume, trades, turnover, openInterest, finalAt } = columns;
    assert.equal(columns.state[i], Number.isNaN(finalAt[i]) ? PROVISIONAL : FINAL, 'the state follows from finalAt');
    return [
      openTime,
      {
        value: [open[i], high[i], low[i], close[i], volume[i]],
        optional: [trades?.[i] ?? NaN, turnover?.[i] ?? NaN, openInterest?.[i] ?? NaN],
        provider: columns.providers[columns.provider[i]],
        observedAt: columns.observedAt[i],
        finalAt: Number.isNaN(finalAt[i]) ? undefined : finalAt[i],
      },
    ];
  });
}

test('what was known at any moment equals a model that keeps every accepted value', () => {
  fc.assert(
    fc.property(batches, (all) => {
      const { content, model } = mergeAll(all);
      for (let moment = DAWN - 1; moment <= DAWN + MOMENTS; moment++) {
        const known = model.asOf(moment);
        assert.deepEqual(beliefsOf(barsAsOf(content, moment)), known);
        const [openTime, last] = known.at(-1) ?? [];
        const latest = latestBarAsOf(content, moment);
        assert.deepEqual(
          [latest?.openTime, latest?.provider, latest?.observedAt],
          [openTime, last?.provider, last?.observedAt],
        );
      }
    }),
    { numRuns: 500 },
  );
});

test('the revisions of a bar are every value ever believed, each until the next', () => {
  fc.assert(
    fc.property(batches, (all) => {
      const { content, model } = mergeAll(all);
      for (const openTime of model.openTimes()) {
        const history = model.historyOf(openTime);
        const revisions = revisionsOf(content, openTime);
        assert.deepEqual(
          revisions.map(({ open, high, low, close, volume, provider, observedAt, finalAt, ...bar }) => ({
            value: [open, high, low, close, volume ?? NaN],
            optional: [bar.trades ?? NaN, bar.turnover ?? NaN, bar.openInterest ?? NaN],
            provider,
            observedAt,
            finalAt,
          })),
          history,
        );
        assert.deepEqual(
          revisions.map(({ observedTo }) => observedTo),
          history.map((_, i) => history[i + 1]?.observedAt),
        );
      }
      assert.deepEqual(revisionsOf(content, WINDOW.from + 59 * 60_000), [], 'a bar that never was');
    }),
    { numRuns: 300 },
  );
});

test('merging twice is merging once', () => {
  fc.assert(
    fc.property(batches, batch, (all, last) => {
      const once = merge(mergeAll(all).content, last).content;
      const twice = merge(once, last);
      assert.equal(twice.changed, false);
      assert.equal(twice.content, once);
    }),
    { numRuns: 500 },
  );
});

test('batches of different bars may arrive in any order: the bytes are the same', () => {
  const split = fc.array(fc.tuple(sentBars, fc.constantFrom('csv', 'binance')), { minLength: 2, maxLength: 4 });
  fc.assert(
    fc.property(split, (parts) => {
      const disjoint = parts.map(([bars, provider], place): Batch => ({
        bars: bars.map((bar) => ({ ...bar, openTime: bar.openTime + place * 60_000 * 12 })),
        provider,
        observedAt: DAWN + place,
        isObservedAtGiven: true,
      }));
      assert.deepEqual(bytesOf(mergeAll(disjoint).content), bytesOf(mergeAll(disjoint.toReversed()).content));
    }),
  );
});

test('interleaved batches may arrive in any order as well', () => {
  fc.assert(
    fc.property(sentBars, fc.nat(255), (bars, choice) => {
      const isOdd = (_: SentBar, place: number): boolean => ((choice >> place) & 1) === 1;
      const common = { observedAt: DAWN, isObservedAtGiven: true };
      const odd = { bars: bars.filter(isOdd), provider: 'csv', ...common };
      const even = { bars: bars.filter((bar, place) => !isOdd(bar, place)), provider: 'binance', ...common };
      assert.deepEqual(bytesOf(mergeAll([odd, even]).content), bytesOf(mergeAll([even, odd]).content));
    }),
  );
});

test('what is given is never changed, as others may be reading it', () => {
  fc.assert(
    fc.property(batches, batch, (all, last) => {
      const { content } = mergeAll(all);
      const before = structuredClone(content);
      const merged = merge(content, last);
      const columns = columnsOf(last.bars);
      assert.deepEqual(content, before);
      barsAsOf(merged.content, DAWN + 3);
      cutRevisions(merged.content.revisions, 1);
      deleteRange(merged.content, { from: epochMs(WINDOW.from), to: epochMs(WINDOW.to) });
      assert.deepEqual(content, before);
      assert.deepEqual(columnsOf(last.bars), columns);
    }),
  );
});

test('deleted bars are gone with their revisions, the others stay as they were', () => {
  fc.assert(
    fc.property(batches, fc.nat(12), fc.nat(12), (all, from, length) => {
      const { content, model } = mergeAll(all);
      const range = { from: epochMs(WINDOW.from + from * 60_000), to: epochMs(WINDOW.from + (from + length) * 60_000) };
      const kept = deleteRange(content, range);
      model.deleteRange(range.from, range.to);
      for (let moment = DAWN; moment <= DAWN + MOMENTS; moment++)
        assert.deepEqual(beliefsOf(barsAsOf(kept, moment)), model.asOf(moment));
      const logged = new Set(kept.revisions.openTime);
      assert.deepEqual(
        [...logged].filter((openTime) => !model.openTimes().includes(openTime)),
        [],
      );
    }),
    { numRuns: 300 },
  );
});

test('a log cut in two parts and put together again is the same log', () => {
  fc.assert(
    fc.property(batches, fc.nat(6), (all, keep) => {
      const { bars, revisions } = mergeAll(all).content;
      fc.pre(new Set(entriesOf(revisions)).size === revisions.openTime.length);
      const { kept, moved } = cutRevisions(revisions, keep);
      assert.equal(kept.openTime.length, Math.min(keep, revisions.openTime.length));
      assert.ok(
        Math.max(-Infinity, ...moved.observedTo) <= Math.min(Infinity, ...kept.observedTo),
        'the oldest are moved',
      );
      const bytes = bytesOf({ bars, revisions });
      assert.deepEqual(bytesOf({ bars, revisions: mergeRevisions([moved, kept]) }), bytes);
      assert.deepEqual(
        bytesOf({ bars, revisions: mergeRevisions([moved, revisions, kept]) }),
        bytes,
        'each entry once',
      );
    }),
    { numRuns: 300 },
  );
});

function entriesOf(revisions: RevisionColumns): string[] {
  return beliefsOf(revisions).map(([openTime, { value, optional, ...belief }], i) => {
    const bits = Array.from(new BigUint64Array(Float64Array.from([...value, ...optional]).buffer), String);
    return JSON.stringify([openTime, bits, belief.provider, belief.observedAt, revisions.observedTo[i]]);
  });
}

test('a summary counts the bars and names the first and the last', () => {
  fc.assert(
    fc.property(batches, (all) => {
      const { content, model } = mergeAll(all);
      const openTimes = model.openTimes();
      const isFinal = (openTime: number): boolean => model.historyOf(openTime).at(-1)?.finalAt !== undefined;
      assert.deepEqual(summaryOf(content), {
        count: openTimes.length,
        finalCount: openTimes.filter(isFinal).length,
        ...(openTimes.length === 0 ? {} : { first: openTimes[0], last: openTimes.at(-1) }),
      });
    }),
  );
});

const NINE = { openTime: WINDOW.from, value: [1, 2, 1, 2, 5], optional: [NaN, NaN, NaN], isFinal: true } as const;
const CORRECTED = { ...NINE, value: [1, 3, 1, 2, 5] } as const;
const AT_ONCE = { provider: 'csv', isObservedAtGiven: true, observedAt: DAWN };

test('of two values observed at the same moment the later arrival wins, and both stay visible', () => {
  const { content } = mergeAll([
    { ...AT_ONCE, bars: [NINE] },
    { ...AT_ONCE, bars: [CORRECTED] },
  ]);
  assert.equal(content.bars.high[0], 3);
  assert.deepEqual(
    revisionsOf(content, NINE.openTime).map(({ high, observedAt, observedTo }) => [high, observedAt, observedTo]),
    [
      [2, DAWN, DAWN],
      [3, DAWN, undefined],
    ],
  );
});

test('an observation without a time of its own is never older than what is stored', () => {
  const ahead = { ...AT_ONCE, observedAt: DAWN + 60_000, bars: [NINE] };
  const behind = { ...AT_ONCE, isObservedAtGiven: false, bars: [CORRECTED] };
  const { content } = mergeAll([ahead, behind]);
  const latest: ObservedBar | undefined = latestBarAsOf(content, DAWN + 60_000);
  assert.equal(latest?.high, 3);
  assert.equal(latest?.observedAt, DAWN + 60_000);
  assert.equal(
    mergeAll([ahead, { ...behind, isObservedAtGiven: true }]).content.bars.high[0],
    2,
    'but a stated time may be',
  );
});

test('told again without its trades a bar keeps them; told of for the first time they change it, and both stay visible', () => {
  const counted = { ...NINE, optional: [3, NaN, NaN] } as const;
  const paid = { ...NINE, optional: [NaN, 7.5, NaN] } as const;
  const later = { ...AT_ONCE, observedAt: DAWN + 1 };
  const { content } = mergeAll([
    { ...AT_ONCE, bars: [NINE] },
    { ...later, provider: 'binance', bars: [counted] },
  ]);
  assert.deepEqual(
    revisionsOf(content, NINE.openTime).map(({ trades, provider, observedTo }) => [trades, provider, observedTo]),
    [
      [undefined, 'csv', DAWN + 1],
      [3, 'binance', undefined],
    ],
  );
  assert.equal(latestBarAsOf(content, DAWN)?.trades, undefined, 'nobody knew them then');
  assert.equal(merge(content, { ...later, bars: [NINE] }).changed, false);
  const { content: whole } = merge(content, { ...later, bars: [paid] });
  assert.deepEqual([whole.bars.trades?.[0], whole.bars.turnover?.[0]], [3, 7.5]);
  const { content: corrected } = merge(whole, { ...later, bars: [CORRECTED] });
  assert.equal(latestBarAsOf(corrected, DAWN + 1)?.turnover, undefined, 'they were those of another volume');
});

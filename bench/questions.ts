import { randomBytes } from 'node:crypto';
import { MongoClient, type AnyBulkWriteOperation, type Collection, type Document } from 'mongodb';
import { tableLines } from '../src/platform/cli/index.ts';
import { inTurn, median } from './measure.ts';

// Measures what the decision records 0005, 0006 and 0007 stand on: node bench/questions.ts with MONGODB_URI.

const uri = process.env['MONGODB_URI'];
if (uri === undefined) throw new Error('Set MONGODB_URI to a server of the MongoDB family');
const CHUNKS = 400;
const CHUNK_BYTES = 10_000;
const RUNS = 5;

const client = await MongoClient.connect(uri);
const second = await MongoClient.connect(uri);
const database = client.db('pocketquant_questions');
await database.dropDatabase();
const rows: (string | number)[][] = [['question', 'way', 'ms']];

const chunk = (run: string, i: number): Document => ({
  _id: `${run}/${String(i).padStart(5, '0')}`,
  series: `S${i % 20}`,
  count: 1_440,
  first: i,
  last: i + 1,
  bars: randomBytes(CHUNK_BYTES),
});
const upserts = (run: string): AnyBulkWriteOperation[] =>
  Array.from({ length: CHUNKS }, (_, i) => {
    const { _id, ...fields } = chunk(run, i);
    return {
      updateOne: { filter: { _id: _id }, update: { $set: fields }, upsert: true },
    };
  });

// Rollback of a failed bulk upsert: a transaction around it, or none, as repeating the call finishes the work.
const rolled: Collection = database.collection('rolled');
await rolled.insertOne({ warm: true });
const [plain, transacted] = await inTurn(
  RUNS,
  (run) => rolled.bulkWrite(upserts(`plain${run}`), { ordered: false }),
  (run) =>
    client.withSession((session) =>
      session.withTransaction(() => rolled.bulkWrite(upserts(`tx${run}`), { ordered: false, session })),
    ),
);
rows.push(
  ['bulk upsert of 400 chunks', 'rolled forward', plain.toFixed(1)],
  ['', 'in a transaction', transacted.toFixed(1)],
);

// Projections: what is known of each series as documents kept up to date, or computed from the chunks when asked.
const chunks = database.collection('chunks');
await chunks.insertMany(Array.from({ length: 4_000 }, (_, i) => chunk('c', i)));
const heads = database.collection('heads');
await heads.insertMany(
  Array.from({ length: 20 }, (_, i) => ({ series: `S${i}`, count: 1_440 * 200, first: 0, last: 4_000 })),
);
const [kept, computed] = await inTurn(
  RUNS,
  () => heads.find({}).toArray(),
  () =>
    chunks
      .aggregate([
        { $group: { _id: '$series', count: { $sum: '$count' }, first: { $min: '$first' }, last: { $max: '$last' } } },
      ])
      .toArray(),
);
rows.push(
  ['heads of 20 series, 4,000 chunks', 'kept documents', kept.toFixed(1)],
  ['', 'a view over the chunks', computed.toFixed(1)],
);

// Separate connections for reads: small reads beside bulk writes, on the writer's pool or on one of their own.
for (const [way, reader] of [
  ['the writer’s pool', client],
  ['a pool of their own', second],
  ['the writer’s pool, again', client],
] as const) {
  const target = reader.db('pocketquant_questions').collection('chunks');
  let isWriting = true;
  const writing = (async () => {
    for (let run = 0; isWriting; run++) await rolled.bulkWrite(upserts(`w${run % 3}`), { ordered: false });
  })();
  const times: number[] = [];
  for (let i = 0; i < 300; i++) {
    const startedAt = performance.now();
    await target.findOne({ _id: `c/${String(i * 13).padStart(5, '0')}` as unknown as Document });
    times.push(performance.now() - startedAt);
  }
  isWriting = false;
  await writing;
  const sorted = times.toSorted((a, b) => a - b);
  rows.push([
    'a small read beside bulk writes',
    `${way}: median, p99`,
    `${median(times).toFixed(2)}, ${sorted[297].toFixed(2)}`,
  ]);
}

console.log(tableLines(rows.map((row) => row.map(String))).join('\n'));
await database.dropDatabase();
await Promise.all([client.close(), second.close()]);

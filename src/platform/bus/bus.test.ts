import assert from 'node:assert/strict';
import { test } from 'node:test';
import Type from 'typebox';
import { NotFoundError } from '../errors/index.ts';
import {
  createBus,
  defineCommand,
  defineQuery,
  repeating,
  reporting,
  translatingErrors,
  type MessageReport,
} from './index.ts';

const double = defineQuery<number>()('test.double', Type.Object({ value: Type.Integer({ minimum: 0 }) }));
const fail = defineCommand<string>()('test.fail', Type.Object({ how: Type.String() }));

function aBus() {
  const reports: MessageReport[] = [];
  const bus = createBus({
    clock: () => 1_000,
    middlewares: [
      reporting(
        (report) => reports.push(report),
        () => 5,
      ),
      translatingErrors((thrown) => (thrown === 'disk' ? new NotFoundError('BAR_NOT_FOUND', 'Translated') : undefined)),
    ],
  });
  bus.answer(double, ({ value }, { now }) => Promise.resolve(value * 2 + now));
  bus.handle(fail, ({ how }) => {
    if (how === 'disk') throw 'disk';
    throw new RangeError('Too far');
  });
  return { bus, reports };
}

test('a query is answered with the result its type promises, and the moment it was asked', async () => {
  const { bus, reports } = aBus();
  const answer: number = await bus.ask(double({ value: 4 }), { correlationId: 'c-1' });
  assert.equal(answer, 1_008);
  assert.deepEqual(reports, [
    { name: 'test.double', kind: 'query', correlationId: 'c-1', durationMs: 0, error: undefined, code: 'OK' },
  ]);
});

test('input that the schema does not accept never reaches the handler, and the error says where it is wrong', async () => {
  const { bus, reports } = aBus();
  await assert.rejects(bus.ask(double({ value: -1 })), {
    code: 'INVALID_REQUEST',
    errors: [{ path: '/value', message: 'must be >= 0' }],
  });
  assert.equal(reports[0]?.code, 'INVALID_REQUEST');
});

test('what a handler did not mean to throw becomes an invariant error that keeps its cause', async () => {
  const { bus } = aBus();
  await assert.rejects(bus.execute(fail({ how: 'bug' })), (error: Error & { code?: string }) => {
    assert.equal(error.code, 'INTERNAL');
    assert.ok(error.cause instanceof RangeError);
    return true;
  });
});

test('an error of the database is translated', async () => {
  const { bus } = aBus();
  await assert.rejects(bus.execute(fail({ how: 'disk' })), { code: 'BAR_NOT_FOUND' });
});

test('progress reaches whoever asked, and an abort ends the work with a code of its own', async () => {
  const { bus, reports } = aBus();
  const wait = defineQuery<number, { readonly steps: number }>()('test.wait', Type.Object({}));
  bus.answer(wait, (_input, { signal, onProgress }) => {
    onProgress({ steps: 3 });
    return new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error));
    });
  });
  const stop = new AbortController();
  const told: number[] = [];
  const asked = bus.ask(wait({}), { signal: stop.signal, onProgress: ({ steps }) => told.push(steps) });
  const reason = new Error('enough');
  stop.abort(reason);
  await assert.rejects(asked, { code: 'CANCELLED', cause: reason });
  assert.deepEqual([told, reports[0]?.code], [[3], 'CANCELLED']);
});

test('queries and what is repeatable are repeated, other commands are not', async () => {
  const twice = async <T>(work: () => Promise<T>): Promise<T> => work().catch(work);
  const bus = createBus({ clock: () => 0, middlewares: [repeating(twice)] });
  const ask = defineQuery<number>()('test.ask', Type.Object({}));
  const once = defineCommand<number>()('test.once', Type.Object({}));
  const often = defineCommand<number>()('test.often', Type.Object({}), { isRepeatable: true });
  const triedBy = (): (() => Promise<number>) => {
    let tries = 0;
    return () => (++tries === 1 ? Promise.reject(new Error('lost')) : Promise.resolve(tries));
  };
  bus.answer(ask, triedBy());
  bus.handle(once, triedBy());
  bus.handle(often, triedBy());
  assert.deepEqual([await bus.ask(ask({})), await bus.execute(often({}))], [2, 2]);
  await assert.rejects(bus.execute(once({})), /lost/);
});

test('a second handler and a missing one are bugs that show at once', async () => {
  const { bus } = aBus();
  assert.throws(() => bus.answer(double, () => Promise.resolve(1)), { code: 'INTERNAL' });
  const unknown = defineQuery<number>()('test.unknown', Type.Object({}));
  await assert.rejects(bus.ask(unknown({})), { code: 'INTERNAL' });
});

test('a field with a decoder reaches the handler as it reads, at any depth, and the caller keeps what was sent', async () => {
  const Length = Type.Decode(Type.String(), (text): number => {
    if (text === '') throw new RangeError('Empty');
    return text.length;
  });
  const lengths = defineQuery<readonly unknown[]>()(
    'test.lengths',
    Type.Object({
      one: Type.Optional(Length),
      all: Type.Array(Type.Object({ text: Type.Optional(Length), kept: Type.Unknown() })),
    }),
  );
  const { bus } = aBus();
  bus.answer(lengths, (input) => Promise.resolve([input]));
  const kept = new Float64Array(2);
  const sent = { one: undefined, all: [{ text: 'four', kept }, { kept }] };
  assert.deepEqual(await bus.ask(lengths(sent)), [{ all: [{ text: 4, kept }, { kept }] }]);
  assert.deepEqual(sent, { one: undefined, all: [{ text: 'four', kept }, { kept }] });
  await assert.rejects(bus.ask(lengths({ all: [{ text: '', kept }] })), {
    code: 'INVALID_REQUEST',
    errors: [{ path: '/all/0/text', message: 'Empty' }],
  });
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ClientQueue } from './client-queue.ts';
import type { StreamEvent } from './stream-event.ts';

const message = (name: string, topic = ''): StreamEvent => ({ type: 'job', topic, job: { id: name } });
const taken = (queue: ClientQueue, most = Infinity): string[] => {
  let left = most;
  return [...queue.take(() => left-- > 0)].map((event) => (event.type === 'job' ? event.job.id : event.type));
};

test('of a key the latest waits in the place of the first; what has none is kept in order', () => {
  const queue = new ClientQueue(10);
  queue.put('x', message('x1'));
  queue.append(message('1'));
  queue.put('y', message('y1'));
  queue.append(message('2'));
  queue.put('x', message('x2'));
  assert.deepEqual(taken(queue, 3), ['x2', '1', 'y1']);
  queue.put('x', message('x3'));
  assert.deepEqual(taken(queue), ['2', 'x3']);
});

test('a full queue takes only what replaces', () => {
  const queue = new ClientQueue(2);
  assert.ok(queue.put('x', message('x1')));
  assert.ok(queue.append(message('1')));
  assert.deepEqual(
    [queue.append(message('2')), queue.put('y', message('y')), queue.put('x', message('x2'))],
    [false, false, true],
  );
  assert.deepEqual(taken(queue), ['x2', '1']);
});

test('what is about a topic that was left is taken out', () => {
  const queue = new ClientQueue(10);
  queue.append(message('1', 'changes'));
  queue.append(message('2', 'jobs'));
  queue.put('x', message('x', 'changes'));
  queue.remove('changes');
  assert.deepEqual(taken(queue), ['2']);
});

test('whatever comes, the queue stays bounded, loses nothing it took, and ends with the latest values', () => {
  const entries = fc.array(
    fc.oneof(fc.constant(undefined), fc.constantFrom('x', 'y', 'z'), fc.constant('take' as const)),
  );
  fc.assert(
    fc.property(entries, fc.integer({ min: 1, max: 8 }), (steps, capacity) => {
      const queue = new ClientQueue(capacity);
      const appended: string[] = [];
      const latest = new Map<string, string>();
      const out: string[] = [];
      for (const [place, step] of steps.entries()) {
        const name = `${step}${place}`;
        if (step === 'take') out.push(...taken(queue, 1));
        else if (step === undefined) {
          if (queue.append(message(name))) appended.push(name);
        } else if (queue.put(step, message(name))) latest.set(step, name);
        assert.ok(queue.size <= capacity);
      }
      out.push(...taken(queue));
      assert.deepEqual(
        out.filter((name) => name.startsWith('undefined')),
        appended,
      );
      for (const [key, name] of latest)
        assert.equal(
          out.findLast((told) => told.startsWith(key)),
          name,
        );
    }),
  );
});

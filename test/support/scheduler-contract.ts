import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test, type TestContext } from 'node:test';
import type { Database } from '../../src/platform/database/index.ts';
import { InvalidRequestError, ProviderError } from '../../src/platform/errors/index.ts';
import {
  createJobScheduler,
  JobLostError,
  type JobContext,
  type JobDocument,
  type JobHandler,
  type JobOrder,
  type JobScheduler,
} from '../../src/platform/scheduler/index.ts';

interface Steps {
  readonly steps: number;
}

/** Longer than any lease. */
const SILENCE_MS = 16_000;
const DAY_MS = 86_400_000;
const FIRST_BACKOFF_MS = 2_000;
const MOST_FAILURES = 8;
const NOBODY = new AbortController().signal;

const done: JobHandler<unknown, Steps> = () => Promise.resolve({ state: 'completed', progress: { steps: 1 } });

/** One database with a clock that is moved by hand, and as many processes as a test wants. */
interface World {
  now: number;
  /** How far the clock of the machine was set, beside the time that passes. */
  setBy: number;
  readonly database: Database;
  /** Another process's scheduler; stopped with the test. */
  process(handler?: JobHandler<string, Steps>, concurrency?: number): Promise<JobScheduler>;
}

/** What work relies on, whatever the engine; run on each of them. */
const storedJob = async ({ database }: World, id: string): Promise<JobDocument> =>
  (await database.collection<JobDocument>('jobs').findOne({ _id: id })) ?? assert.fail();

export function schedulerContract(engine: string, open: (t: TestContext) => Promise<Database>): void {
  const check = (name: string, body: (world: World) => Promise<void>): void => {
    void test(`${engine}: ${name}`, async (t) => {
      const database = await open(t);
      const all: JobScheduler[] = [];
      const world: World = {
        now: 1_000_000,
        setBy: 0,
        database,
        async process(handler = done, concurrency = 1) {
          const scheduler = await createJobScheduler(database, {
            clock: () => world.now + world.setBy,
            elapsed: () => world.now,
            concurrency,
            onError: (error) => assert.fail(`trouble with the database: ${String(error)}`),
          });
          scheduler.handle('work', handler);
          all.push(scheduler);
          return scheduler;
        },
      };
      try {
        await body(world);
      } finally {
        await Promise.all(all.map((scheduler) => scheduler.stop()));
      }
    });
  };

  check('a job runs to its end and keeps what it counted', async (world) => {
    const seen: unknown[] = [];
    const scheduler = await world.process(async (input, { progress, report }) => {
      seen.push(input, progress);
      await report({ steps: 1 });
      return { state: 'incomplete', progress: { steps: 2 } };
    });
    scheduler.start();
    const { id } = await scheduler.enqueue(anOrder('a'));
    const ended = await scheduler.waitFor(id, NOBODY);
    assert.deepEqual(seen, ['input of a', { steps: 0 }]);
    assert.deepEqual([ended.state, ended.progress, ended.attempts], ['incomplete', { steps: 2 }, 1]);
    assert.equal(ended.endedAt, world.now);
    assert.equal(ended.error, undefined);
    const { activeKey, holder, leaseUntil } = await storedJob(world, id);
    assert.deepEqual([activeKey, holder, leaseUntil], Array(3).fill(undefined));
  });

  check('two processes share the work and do nothing twice', async (world) => {
    const worked: string[] = [];
    const atWork = new Set<string>();
    const both = Promise.withResolvers<void>();
    const worker =
      (name: string): JobHandler<string, Steps> =>
      async (input) => {
        worked.push(input);
        atWork.add(name);
        if (atWork.size === 2) both.resolve();
        await both.promise;
        return { state: 'completed', progress: { steps: 1 } };
      };
    const processes = await Promise.all([world.process(worker('one'), 3), world.process(worker('two'), 3)]);
    const keys = Array.from({ length: 20 }, (_, i) => `job ${i}`);
    const jobs = await Promise.all(keys.map((key) => processes[0].enqueue(anOrder(key))));
    for (const scheduler of processes) scheduler.start();
    for (const { id } of jobs) assert.equal((await processes[0].waitFor(id, NOBODY)).state, 'completed');
    assert.deepEqual(worked.sort(), keys.map((key) => `input of ${key}`).sort());
  });

  check('a job whose holder fell silent is taken over, and the old holder can write no more', async (world) => {
    const slow = aWorker();
    const [old, fresh] = [await world.process(slow.handler), await world.process()];
    const { id } = await old.enqueue(anOrder('a'));
    const oldRun = old.run(id, NOBODY);
    const context = await slow.started;
    await context.report({ steps: 5 });

    await fresh.run(id, NOBODY);
    assert.deepEqual([(await fresh.get(id)).state, (await fresh.get(id)).attempts], ['running', 1], 'the lease lasts');
    world.now += SILENCE_MS;
    const ended = await fresh.run(id, NOBODY);
    assert.deepEqual([ended.state, ended.attempts, ended.progress], ['completed', 2, { steps: 1 }]);

    await assert.rejects(context.report({ steps: 6 }), JobLostError);
    assert.ok(context.signal.aborted);
    slow.end({ steps: 7 });
    await oldRun;
    assert.deepEqual(await fresh.get(id), ended, 'not even its end is written');
  });

  check('a job that is started here is left to its process while that lives', async (world) => {
    const slow = aWorker();
    const [here, other] = [await world.process(slow.handler), await world.process()];
    other.start();
    const { id, state, attempts } = await here.startHere(anOrder('a'));
    assert.deepEqual([state, attempts], ['running', 1]);
    await slow.started;
    assert.equal((await other.run(id, NOBODY)).attempts, 1);
    world.now += SILENCE_MS;
    assert.equal((await other.waitFor(id, NOBODY)).state, 'completed');
    slow.end({ steps: 5 });
  });

  check('a report keeps the lease', async (world) => {
    const slow = aWorker();
    const [holder, other] = [await world.process(slow.handler), await world.process()];
    const { id } = await holder.enqueue(anOrder('a'));
    const run = holder.run(id, NOBODY);
    const { report } = await slow.started;
    for (let steps = 1; steps <= 4; steps++) {
      world.now += SILENCE_MS / 2;
      await report({ steps });
      assert.equal((await other.run(id, NOBODY)).attempts, 1);
    }
    slow.end({ steps: 5 });
    await run;
    assert.deepEqual((await other.get(id)).progress, { steps: 5 });
  });

  for (const setBy of [DAY_MS, -DAY_MS])
    check(`a job whose process died is taken over in time, though the clock is set by ${setBy} ms`, async (world) => {
      const slow = aWorker();
      const dead = await world.process(slow.handler);
      const { id } = await dead.enqueue(anOrder('a'));
      const run = dead.run(id, NOBODY);
      await slow.started;
      world.setBy = setBy;
      const fresh = await world.process();
      assert.equal((await fresh.run(id, NOBODY)).attempts, 1, 'it may be alive, whatever the clock says');
      world.now += SILENCE_MS;
      assert.equal((await fresh.run(id, NOBODY)).state, 'completed');
      slow.end({ steps: 1 });
      await run;
    });

  check('a running job of an earlier release is taken over as well', async (world) => {
    const slow = aWorker();
    const old = await world.process(slow.handler);
    const { id } = await old.enqueue(anOrder('a'));
    const run = old.run(id, NOBODY);
    await slow.started;
    const jobs = world.database.collection<JobDocument>('jobs');
    await jobs.updateOne({ _id: id }, { $set: { leaseUntil: world.now + DAY_MS }, $unset: { beat: '', queuedAt: '' } });
    const fresh = await world.process();
    assert.equal((await fresh.run(id, NOBODY)).state, 'running');
    world.now += SILENCE_MS;
    assert.equal((await fresh.run(id, NOBODY)).state, 'completed');
    slow.end({ steps: 1 });
    await run;
  });

  check('a job that was ordered or put off by a clock a day ahead does not wait for that day', async (world) => {
    let isDown = true;
    const scheduler = await world.process(() => {
      if (isDown) throw new ProviderError('PROVIDER_UNAVAILABLE', 'the vendor is down');
      return Promise.resolve({ state: 'completed', progress: { steps: 1 } });
    });
    world.setBy = DAY_MS;
    const [ordered, putOff] = [await scheduler.enqueue(anOrder('a')), await scheduler.enqueue(anOrder('b'))];
    assert.equal((await scheduler.run(putOff.id, NOBODY)).state, 'waiting');
    world.setBy = 0;
    isDown = false;
    for (const { id } of [ordered, putOff]) assert.equal((await scheduler.run(id, NOBODY)).state, 'completed');
  });

  check('an order for later waits, though it was written by a clock that is a little ahead', async (world) => {
    const scheduler = await world.process();
    world.setBy = 5_000;
    const { id } = await scheduler.enqueue({ ...anOrder('a'), runAfter: world.now + DAY_MS });
    world.setBy = 0;
    assert.equal((await scheduler.run(id, NOBODY)).state, 'waiting');
  });

  check('looking for jobs where there are none writes nothing', async (world) => {
    const scheduler = await world.process();
    await scheduler.enqueue({ ...anOrder('a'), runAfter: world.now + DAY_MS });
    const jobs = world.database.collection<JobDocument>('jobs');
    const before = [world.database.dataVersion?.(), await jobs.find({}).toArray()];
    scheduler.start();
    const other = await world.process();
    const { _id: id } = (await jobs.findOne({})) ?? assert.fail();
    for (let look = 0; look < 5; look++) await other.run(id, NOBODY);
    await scheduler.stop();
    assert.deepEqual([world.database.dataVersion?.(), await jobs.find({}).toArray()], before);
  });

  check('a process that ends does not go on waiting for a job', async (world) => {
    const scheduler = await world.process();
    const { id } = await scheduler.enqueue(anOrder('a'));
    const waiting = scheduler.waitFor(id, NOBODY);
    await scheduler.stop();
    assert.equal((await waiting).state, 'waiting');
  });

  check('a job that waits is cancelled at once and never starts', async (world) => {
    const scheduler = await world.process(() => assert.fail('it was cancelled'));
    const { id } = await scheduler.enqueue(anOrder('a'));
    assert.equal((await scheduler.cancel(id)).state, 'cancelled');
    assert.equal((await scheduler.run(id, NOBODY)).state, 'cancelled');
    await assert.rejects(scheduler.cancel(id), { code: 'JOB_ENDED' });
    await assert.rejects(scheduler.cancel('00000000-0000-0000-0000-000000000000'), { code: 'JOB_NOT_FOUND' });
  });

  check('a job that runs hears of its cancellation, whoever asks for it', async (world) => {
    const slow = aWorker();
    const [holder, other] = [await world.process(slow.handler), await world.process()];
    const { id } = await holder.enqueue(anOrder('a'));
    const run = holder.run(id, NOBODY);
    const { report, signal } = await slow.started;
    assert.equal((await other.cancel(id)).state, 'running');
    const lost = assert.rejects(report({ steps: 3 }), JobLostError);
    await Promise.all([once(signal, 'abort'), lost]);
    slow.fail(signal.reason);
    assert.equal((await run).state, 'cancelled');
    assert.equal((await other.enqueue(anOrder('a'))).state, 'waiting', 'the key is free again');
  });

  check('a cancelled job whose process died is ended, not started again', async (world) => {
    const slow = aWorker();
    const dead = await world.process(slow.handler);
    const { id } = await dead.enqueue(anOrder('a'));
    const run = dead.run(id, NOBODY);
    await slow.started;
    const other = await world.process(() => assert.fail('it was cancelled'));
    await other.cancel(id);
    assert.equal((await other.run(id, NOBODY)).state, 'running', 'it may be alive');
    world.now += SILENCE_MS;
    assert.equal((await other.run(id, NOBODY)).state, 'cancelled');
    slow.end({ steps: 1 });
    await run;
    assert.equal((await other.get(id)).state, 'cancelled');
  });

  check('a job that ended can be tried again and goes on where it was', async (world) => {
    const seen: Steps[] = [];
    const scheduler = await world.process(async (_input, { progress, report }) => {
      seen.push(progress);
      await report({ steps: progress.steps + 1 });
      if (seen.length === 1) throw new ProviderError('PROVIDER_REFUSED', 'no');
      return { state: 'completed', progress: { steps: progress.steps + 2 } };
    });
    const { id } = await scheduler.enqueue(anOrder('a'));
    await assert.rejects(scheduler.retry(id), { code: 'JOB_NOT_ENDED' });
    assert.equal((await scheduler.run(id, NOBODY)).state, 'failed');
    const again = await scheduler.retry(id);
    assert.deepEqual([again.state, again.error, again.endedAt], ['waiting', undefined, undefined]);
    assert.equal((await storedJob(world, id)).failures, 0);
    assert.equal((await scheduler.enqueue(anOrder('a'))).id, id, 'it has its key again');
    const ended = await scheduler.run(id, NOBODY);
    assert.deepEqual(seen, [{ steps: 0 }, { steps: 1 }]);
    assert.deepEqual([ended.state, ended.progress, ended.error], ['completed', { steps: 3 }, undefined]);

    const { id: other } = await scheduler.enqueue(anOrder('a'));
    assert.notEqual(other, id);
    await assert.rejects(scheduler.retry(id), { code: 'JOB_NOT_ENDED' }, 'another job is at the same work');
  });

  check(`a failure that may pass waits ever longer, and the ${MOST_FAILURES}th is the end`, async (world) => {
    let runs = 0;
    const scheduler = await world.process(() => {
      runs++;
      throw new ProviderError('PROVIDER_UNAVAILABLE', 'the vendor is down');
    });
    const { id } = await scheduler.enqueue(anOrder('a'));
    for (let failures = 1; failures < MOST_FAILURES; failures++) {
      const job = await scheduler.run(id, NOBODY);
      assert.deepEqual([job.state, job.error?.code], ['waiting', 'PROVIDER_UNAVAILABLE']);
      assert.equal((await storedJob(world, id)).failures, failures);
      const waits = job.runAfter - world.now;
      const longest = FIRST_BACKOFF_MS * 2 ** (failures - 1);
      assert.ok(waits >= longest / 2 && waits <= longest, `${waits} ms after failure ${failures}`);
      world.now = job.runAfter - 1;
      await scheduler.run(id, NOBODY);
      assert.equal(runs, failures, 'it is not tried before');
      world.now = job.runAfter;
    }
    const ended = await scheduler.run(id, NOBODY);
    assert.deepEqual([ended.state, ended.error?.code, runs], ['failed', 'PROVIDER_UNAVAILABLE', MOST_FAILURES]);
    assert.equal(ended.endedAt, world.now);
  });

  check('a vendor that names a longer wait gets it', async (world) => {
    const scheduler = await world.process(() => {
      throw new ProviderError('PROVIDER_RATE_LIMITED', 'slower', { retryAfterSeconds: 120 });
    });
    const { id } = await scheduler.enqueue(anOrder('a'));
    assert.equal((await scheduler.run(id, NOBODY)).runAfter, world.now + 120_000);
  });

  check('what no wait can mend fails at once', async (world) => {
    const faults = [
      new ProviderError('PROVIDER_SYMBOL_UNKNOWN', 'no such thing'),
      new InvalidRequestError('INVALID_RANGE', 'no'),
      new Error('a bug'),
    ];
    const scheduler = await world.process((input) => {
      throw faults[Number(input.at(-1))];
    });
    for (const [i, code] of ['PROVIDER_SYMBOL_UNKNOWN', 'INVALID_RANGE', 'INTERNAL'].entries()) {
      const { id } = await scheduler.enqueue(anOrder(String(i)));
      const ended = await scheduler.run(id, NOBODY);
      assert.deepEqual([ended.state, ended.attempts, ended.error?.code], ['failed', 1, code]);
    }
    const { id } = await scheduler.enqueue({ ...anOrder('x'), kind: 'unheard of' });
    assert.match((await scheduler.run(id, NOBODY)).error?.message ?? '', /unheard of/);
  });

  check('crashes and hand-overs are no failures, however many', async (world) => {
    const crashed: ReturnType<typeof aWorker>[] = [];
    let isAlive = false;
    const scheduler = await world.process((input, context) => {
      if (isAlive) throw new ProviderError('PROVIDER_TIMEOUT', 'late');
      return crashed[crashed.length - 1].handler(input, context);
    });
    const { id } = await scheduler.enqueue(anOrder('a'));
    const runs: Promise<unknown>[] = [];
    for (let crash = 0; crash < 2 * MOST_FAILURES; crash++) {
      crashed.push(aWorker());
      runs.push(scheduler.run(id, NOBODY));
      await crashed[crash].started;
      world.now += SILENCE_MS;
    }
    isAlive = true;
    const job = await scheduler.run(id, NOBODY);
    assert.deepEqual([job.state, job.attempts], ['waiting', 2 * MOST_FAILURES + 1]);
    assert.equal((await storedJob(world, id)).failures, 1);
    for (const { end } of crashed) end({ steps: 0 });
    await Promise.all(runs);
  });

  check('of orders with one key only the first becomes a job, until it has ended', async (world) => {
    const scheduler = await world.process();
    const orders = Array.from({ length: 10 }, () => scheduler.enqueue(anOrder('a')));
    const ids = new Set((await Promise.all(orders)).map(({ id }) => id));
    assert.equal(ids.size, 1);
    const [id] = ids;
    await scheduler.run(id, NOBODY);
    assert.notEqual((await scheduler.enqueue(anOrder('a'))).id, id);
  });

  check('a process that ends lets work stop at a good place, and another goes on from there', async (world) => {
    const slow = aWorker();
    const [ending, other] = [await world.process(slow.handler), await world.process()];
    ending.start();
    const { id } = await ending.enqueue(anOrder('a'));
    const { pausing, signal, report } = await slow.started;
    const stopped = ending.stop();
    assert.ok(pausing.aborted);
    assert.ok(!signal.aborted, 'it has time to get to a good place');
    await report({ steps: 4 });
    slow.fail(new JobLostError('stopped'));
    await stopped;
    const handedBack = await other.get(id);
    assert.deepEqual([handedBack.state, handedBack.progress], ['waiting', { steps: 4 }]);
    assert.equal((await storedJob(world, id)).failures, 0);
    assert.equal(handedBack.runAfter, world.now, 'it need not wait');
    assert.equal((await other.run(id, NOBODY)).state, 'completed');
  });

  check('whoever runs a single job can let it pause, too', async (world) => {
    const slow = aWorker();
    const scheduler = await world.process(slow.handler);
    const { id } = await scheduler.enqueue(anOrder('a'));
    const interrupt = new AbortController();
    const run = scheduler.run(id, interrupt.signal);
    const { pausing } = await slow.started;
    interrupt.abort();
    assert.ok(pausing.aborted);
    slow.fail(new JobLostError('stopped'));
    assert.equal((await run).state, 'waiting');
  });

  check('smaller priorities go first, and among equals the older', async (world) => {
    const order: string[] = [];
    const scheduler = await world.process((input) => {
      order.push(input);
      return Promise.resolve({ state: 'completed', progress: { steps: 1 } });
    });
    let last = '';
    for (const [key, priority] of [
      ['late', 5],
      ['first', 0],
      ['second', 0],
      ['urgent', -1],
    ] as const) {
      world.now++;
      const { id } = await scheduler.enqueue({ ...anOrder(key), priority });
      if (key === 'late') last = id;
    }
    scheduler.start();
    await scheduler.waitFor(last, NOBODY);
    assert.deepEqual(
      order,
      ['urgent', 'first', 'second', 'late'].map((key) => `input of ${key}`),
    );
  });
}

function anOrder(key: string): JobOrder<string, Steps> {
  return { kind: 'work', key, input: `input of ${key}`, progress: { steps: 0 } };
}

/** Work that is held at its start until the test lets it go. */
function aWorker() {
  const begun = Promise.withResolvers<JobContext<Steps>>();
  const end = Promise.withResolvers<Steps>();
  const handler: JobHandler<string, Steps> = async (_input, context) => {
    begun.resolve(context);
    return { state: 'completed', progress: await end.promise };
  };
  return { handler, started: begun.promise, end: end.resolve, fail: end.reject };
}

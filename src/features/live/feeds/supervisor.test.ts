import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { LiveVendor } from '../../../../test/support/live-vendor.ts';
import { aLiveWorld, OTHER } from '../../../../test/support/live-world.ts';
import { until } from '../../../../test/support/until.ts';
import { touchFeed } from './feed-lease.ts';

const open = ({ connections }: LiveVendor): number => connections.filter(({ isClosed }) => !isClosed).length;

test('one process has a feed; when it stops another has it at once, subscribed to the same', async (t) => {
  const vendor = new LiveVendor();
  const { subscribe, aProcess } = await aLiveWorld(t, [vendor]);
  await subscribe('vendor');
  const [first, second] = [await aProcess(), await aProcess()];
  first.supervisor.start();
  await until(() => vendor.connections.length === 1, 'the first has it');
  second.supervisor.start();
  await sleep(1_200);
  assert.equal(vendor.connections.length, 1);
  await first.supervisor.stop();
  await until(() => vendor.connections.length === 2, 'the second has it');
  assert.deepEqual([vendor.connections[0].isClosed, open(vendor)], [true, 1]);
  assert.deepEqual([...vendor.connection.subscribed], ['VENDOR:THING']);
});

test('a process that loses the database lets go of its feed, and another has it within ten seconds', async (t) => {
  const vendor = new LiveVendor();
  const world = await aLiveWorld(t, [vendor]);
  await world.subscribe('vendor');
  const [first, second] = [await world.aProcess(), await world.aProcess()];
  first.supervisor.start();
  await until(() => vendor.connections.length === 1, 'the first has it');
  await first.database.close();
  second.supervisor.start();
  await sleep(100);
  assert.equal(open(vendor), 1);
  world.forwardMs += 7_000;
  const began = performance.now();
  await until(() => vendor.connections.length === 2 && open(vendor) === 1, 'only the second has it', 2_900);
  assert.ok(7_000 + performance.now() - began < 10_000);
  assert.equal(vendor.connections[0].isClosed, true);
  assert.equal(second.supervisor.runningOf('vendor', 'VENDOR:THING') === undefined, false);
  assert.equal(first.supervisor.runningOf('vendor', 'VENDOR:THING'), undefined);
});

test('a feed that takes long to close does not cost the process its others', async (t) => {
  const slow = new LiveVendor({ name: 'slow' });
  const vendor = new LiveVendor();
  const { promise, resolve } = Promise.withResolvers<void>();
  slow.closes = promise;
  const { subscribe, aProcess, collections } = await aLiveWorld(t, [slow, vendor]);
  await subscribe('slow');
  await subscribe('vendor');
  const { supervisor } = await aProcess();
  supervisor.start();
  await until(() => open(slow) + open(vendor) === 2, 'both run');
  await touchFeed(collections.feeds, 'slow', false);
  supervisor.wake();
  await until(() => open(slow) === 0, 'it closes');
  const leaseUntil = async () => (await collections.feeds.findOne({ _id: 'vendor' }))?.leaseUntil ?? 0;
  const before = await leaseUntil();
  await sleep(1_300);
  assert.ok((await leaseUntil()) > before, 'the lease was renewed');
  resolve();
  await supervisor.stop();
});

test('subscriptions that could not be read are read again', async (t) => {
  const vendor = new LiveVendor();
  const { subscribe, aProcess, errors } = await aLiveWorld(t, [vendor]);
  await subscribe('vendor');
  let faults = 1;
  const aliasesOf = () => (faults-- > 0 ? Promise.reject(new Error('away')) : Promise.resolve([]));
  const { supervisor } = await aProcess({ aliasesOf });
  supervisor.start();
  await until(() => vendor.connections.at(-1)?.subscribed.size === 1, 'it is subscribed');
  assert.deepEqual(errors, [new Error('away')]);
});

test('what is subscribed to while it runs is asked for, and what runs already is left as it is', async (t) => {
  const vendor = new LiveVendor();
  const { subscribe, aProcess } = await aLiveWorld(t, [vendor]);
  await subscribe('vendor', ['1m', '1s']); // in the order in which a user thought of them
  const { supervisor } = await aProcess();
  supervisor.start();
  await until(() => vendor.connections.at(-1)?.subscribed.size === 1, 'the first');
  const running = supervisor.runningOf('vendor', 'VENDOR:THING');
  await subscribe('vendor', ['1m'], OTHER);
  supervisor.wake();
  await until(() => vendor.connection.subscribed.size === 2, 'the second');
  assert.deepEqual(vendor.connection.asked, ['VENDOR:THING', 'VENDOR:OTHER']);
  assert.equal(supervisor.runningOf('vendor', 'VENDOR:THING'), running);
});

test('a provider that this process does not have is left to others', async (t) => {
  const { subscribe, aProcess, collections, errors } = await aLiveWorld(t, []);
  await subscribe('vendor');
  const { supervisor } = await aProcess();
  supervisor.start();
  await sleep(50);
  assert.equal((await collections.feeds.findOne({ _id: 'vendor' }))?.holder, undefined);
  assert.deepEqual(errors, []);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Collection as DriverCollection } from 'mongodb';
import type { ChunkDocument } from '../../chunk/index.ts';
import type { Item } from '../../../test/support/database-contract.ts';
import type { Collection } from './index.ts';

// Checked by the compiler: the driver's own collection is one of ours. If a method here and there no longer agree,
// this file does not compile.
const asOurs = (chunks: DriverCollection<ChunkDocument>): Collection<ChunkDocument> => chunks;
const itemsAsOurs = (items: DriverCollection<Item>): Collection<Item> => items;

test('the driver’s collection is assignable to ours', () => {
  assert.deepEqual([asOurs.length, itemsAsOurs.length], [1, 1]);
});

import { test } from 'node:test';
import { aServerDatabase } from '../../test/support/open-test-database.ts';
import { verifyUpsertMany } from '../../test/support/upsert-many-contract.ts';

test('a call for many series stores and tells what a call for each does, on a server too', (t) =>
  verifyUpsertMany(() => {
    const { uri, name } = aServerDatabase(t);
    return `${uri}/${name}`;
  }, 3));

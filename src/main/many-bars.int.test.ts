import { test } from 'node:test';
import { verifyManyBars } from '../../test/support/many-bars-contract.ts';
import { aServerDatabase } from '../../test/support/open-test-database.ts';

test('many series at once are what each of them is alone, on a server too', (t) => {
  const { uri, name } = aServerDatabase(t);
  return verifyManyBars(t, `${uri}/${name}`, 25);
});

import { test } from 'node:test';
import { instrumentNamesContract } from '../support/instrument-names-contract.ts';
import { aServerDatabase } from '../support/open-test-database.ts';

test('every door stores, finds and tells an instrument by any symbol', (t) => {
  const { uri, name } = aServerDatabase(t);
  return instrumentNamesContract(t, `${uri}/${name}`);
});

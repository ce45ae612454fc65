import { testOptionalColumns } from '../../../../../test/support/optional-columns-contract.ts';
import { openServerDatabase } from '../../../../../test/support/open-test-database.ts';

testOptionalColumns('MongoDB', openServerDatabase, 15);

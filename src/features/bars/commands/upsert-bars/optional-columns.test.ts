import { testOptionalColumns } from '../../../../../test/support/optional-columns-contract.ts';
import { openTestDatabase } from '../../../../../test/support/open-test-database.ts';

testOptionalColumns('embedded', openTestDatabase, 60);

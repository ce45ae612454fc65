import { testDerivedBars } from '../../../../../test/support/derived-bars-contract.ts';
import { openTestDatabase } from '../../../../../test/support/open-test-database.ts';

testDerivedBars('embedded', openTestDatabase, 60);

import { testDerivedBars } from '../../../../../test/support/derived-bars-contract.ts';
import { openServerDatabase } from '../../../../../test/support/open-test-database.ts';

testDerivedBars('MongoDB', openServerDatabase, 40);

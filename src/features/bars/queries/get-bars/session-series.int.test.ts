import { openServerDatabase } from '../../../../../test/support/open-test-database.ts';
import { testSessionSeries } from '../../../../../test/support/session-series-contract.ts';

testSessionSeries('MongoDB', openServerDatabase, 6);

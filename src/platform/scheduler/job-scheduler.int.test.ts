import { openServerDatabase } from '../../../test/support/open-test-database.ts';
import { schedulerContract } from '../../../test/support/scheduler-contract.ts';

schedulerContract('mongodb', openServerDatabase);

import { openTestDatabase } from '../../../test/support/open-test-database.ts';
import { schedulerContract } from './contract.ts';

schedulerContract('embedded', openTestDatabase);

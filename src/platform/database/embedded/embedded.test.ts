import { openTestDatabase } from '../../../../test/support/open-test-database.ts';
import { databaseContract } from '../contract.ts';

databaseContract('embedded', openTestDatabase);

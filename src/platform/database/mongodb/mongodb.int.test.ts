import { openServerDatabase } from '../../../../test/support/open-test-database.ts';
import { databaseContract } from '../contract.ts';

databaseContract('server', openServerDatabase);

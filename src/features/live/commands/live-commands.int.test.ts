import { openServerDatabase } from '../../../../test/support/open-test-database.ts';
import { testLiveCommands } from '../../../../test/support/live-commands-contract.ts';

testLiveCommands('MongoDB', openServerDatabase);

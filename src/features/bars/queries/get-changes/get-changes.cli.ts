import { countOf, tableLines, wholeNumberOf, type Cli } from '../../../../platform/cli/index.ts';
import { readField } from '../../../../platform/errors/index.ts';
import { changeJson } from '../../bars-json.ts';
import { getChanges } from './get-changes.query.ts';

const COLUMNS = ['seq', 'series', 'from', 'to', 'inserted', 'changed', 'deleted', 'at'] as const;

export function cliGetChanges({ program, run }: Cli): void {
  program
    .command('changes')
    .description('show changes of stored bars, in order')
    .option('--after <seq>', 'seq of the last change you have seen', '0')
    .option('--limit <count>', 'maximum number', '50')
    .action(({ after, limit }: { after: string; limit: string }) =>
      run(async ({ bus, terminal }) => {
        const { changes, next } = await bus.ask(
          getChanges({ after: readField('after', after, wholeNumberOf), limit: readField('limit', limit, countOf) }),
        );
        terminal.answer({ changes: changes.map(changeJson), next }, (answer) => [
          ...tableLines([COLUMNS, ...answer.changes.map((change) => COLUMNS.map((name) => change[name]))]),
          '',
          `To continue: pocketquant changes --after ${answer.next}`,
        ]);
      }),
    );
}

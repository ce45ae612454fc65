import { counted, type Cli } from '../../../../platform/cli/index.ts';
import { checkSharding } from '../../queries/check-sharding/check-sharding.query.ts';
import { verifyDatabase } from '../../queries/verify-database/verify-database.query.ts';
import { problemLines } from '../../queries/verify-database/verify-database.cli.ts';
import { repairDatabase } from './repair-database.command.ts';

export function cliDoctor({ program, run }: Cli): void {
  program
    .command('doctor')
    .description('explain what is wrong with the database; --repair repairs what can be repaired')
    .option('--repair', 'rebuild indexes, summaries and series heads from the documents and their bars')
    .option(
      '--set-aside',
      'with --repair: also move unreadable documents to damaged_documents, so that their bars can be imported again',
    )
    .action(({ repair = false, setAside = false }: { repair?: boolean; setAside?: boolean }) =>
      run(async ({ bus, terminal }) => {
        const before = await bus.ask(verifyDatabase({}));
        const outcome = repair ? await bus.execute(repairDatabase({ setAside })) : undefined;
        const after = outcome === undefined ? before : await bus.ask(verifyDatabase({}));
        const warnings = await bus.ask(checkSharding({}));
        terminal.answer({ before, outcome: outcome ?? null, after, warnings }, () => [
          ...problemLines(before),
          ...warnings.map((warning) => `Warning: ${warning}`),
          ...(before.problems.length > 0 && outcome === undefined
            ? ['', ...advice(before.problems.some(({ repairable }) => !repairable))]
            : []),
          ...(outcome === undefined
            ? []
            : [
                '',
                ...outcome.filed.map((id) => `${id} can be found again.`),
                `Rebuilt ${before.problems.some(({ kind }) => kind === 'wrongIndex') ? 'the indexes, ' : ''}${counted(outcome.summariesRebuilt, 'summary', 'summaries')} and ${counted(outcome.headsRebuilt, 'series head')}.`,
                ...outcome.setAside.map((id) => `${id} was set aside; of a chunk, import or fetch its window again.`),
                ...outcome.stillDamaged.map(
                  (id) =>
                    `${id} cannot be read; run again with --set-aside, then, of a chunk, import its window again.`,
                ),
                after.problems.length === 0
                  ? 'The database is in order.'
                  : `Left: ${counted(after.problems.length, 'problem')}.`,
              ]),
        ]);
        return after.problems.length > 0 ? 1 : undefined;
      }),
    );
}

function advice(hasDamage: boolean): string[] {
  const setAside = hasDamage
    ? [
        'What cannot be read cannot be rebuilt: --repair --set-aside moves it away; then import the windows of chunks again.',
      ]
    : [];
  return ['pocketquant doctor --repair rebuilds indexes, summaries and series heads.', ...setAside];
}

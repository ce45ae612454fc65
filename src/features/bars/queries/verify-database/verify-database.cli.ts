import { counted, grouped, type Cli } from '../../../../platform/cli/index.ts';
import { verifyDatabase, type VerifyReport } from './verify-database.query.ts';

export function cliVerify({ program, run }: Cli): void {
  program
    .command('verify')
    .description('check the database file, every document and all bars')
    .action(() =>
      run(async ({ bus, terminal }) => {
        const progress = terminal.progress('Verifying');
        const report = await bus.ask(verifyDatabase({}), {
          onProgress: ({ chunks, bars }) =>
            progress.report(chunks, undefined, () => `${counted(chunks, 'chunk')}, ${counted(bars, 'bar')}`),
        });
        progress.finish(`${counted(report.chunks, 'chunk')} read`);
        terminal.answer(report, problemLines);
        return report.problems.length > 0 ? 1 : undefined;
      }),
    );
}

/** The report for a person; problems first to last. */
export function problemLines(report: VerifyReport): string[] {
  const { chunks, bars, revisions, series, changes, unpublished, problems } = report;
  return [
    `${counted(bars, 'bar')} and ${counted(revisions, 'revision')} in ${counted(chunks, 'chunk')} of ${grouped(series)} series; ${counted(changes, 'change')}.`,
    ...(unpublished > 0 ? [`Changes of ${counted(unpublished, 'chunk')} are not published yet.`] : []),
    problems.length === 0 ? 'Everything is in order.' : `${counted(problems.length, 'problem')}:`,
    ...problems.map(({ where, kind, message }) => `  ${kind}  ${where}: ${message}`),
  ];
}

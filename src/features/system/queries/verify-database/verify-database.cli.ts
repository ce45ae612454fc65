import { grouped, type Cli } from '../../../../platform/cli/index.ts';
import { verifyDatabase, type VerifyReport } from './verify-database.query.ts';

export function cliVerify({ program, run }: Cli): void {
  program
    .command('verify')
    .description('read the whole database again and check every chunk, summary, series head and change')
    .action(() =>
      run(async ({ bus, terminal }) => {
        const progress = terminal.progress('Verifying');
        const report = await bus.ask(
          verifyDatabase({
            onProgress: (chunks, bars) =>
              progress.report(chunks, undefined, `${grouped(chunks)} chunks, ${grouped(bars)} bars`),
          }),
        );
        progress.finish(`${grouped(report.chunks)} chunks read`);
        terminal.answer(report, problemLines);
        return report.problems.length > 0 ? 1 : undefined;
      }),
    );
}

/** The report for a person; problems first to last. */
export function problemLines(report: VerifyReport): string[] {
  const { chunks, bars, revisions, series, changes, unpublished, problems } = report;
  return [
    `${grouped(bars)} bars and ${grouped(revisions)} revisions in ${grouped(chunks)} chunks of ${grouped(series)} series; ${grouped(changes)} changes.`,
    ...(unpublished > 0 ? [`${grouped(unpublished)} chunks have changes that are not published yet.`] : []),
    problems.length === 0 ? 'Everything is in order.' : `${grouped(problems.length)} problems:`,
    ...problems.map(({ where, kind, message }) => `  ${kind}  ${where}: ${message}`),
  ];
}

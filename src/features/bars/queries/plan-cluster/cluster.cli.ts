import { barInterval } from '../../../../market/index.ts';
import { counted, grouped, type Cli } from '../../../../platform/cli/index.ts';
import { readField } from '../../../../platform/errors/index.ts';
import { planCluster, type ClusterPlan } from './plan-cluster.query.ts';

interface PlanOptions {
  readonly shards: string;
  readonly intervals?: string;
  readonly years?: string;
}

/** One replica set holds less than this without trouble. */
const WORTH_SHARDING_BYTES = 1e12;

export function cliCluster({ program, run }: Cli): void {
  program
    .command('cluster')
    .description('a sharded MongoDB cluster')
    .command('plan')
    .description('print the commands for mongosh that spread the registered instruments over shards')
    .requiredOption('--shards <number>', 'how many shards the cluster has')
    .option('--intervals <intervals>', 'of instruments without a series, such as 1m,1d (default: 1m)')
    .option('--years <number>', 'how far series go back whose first bar is not known (default: 10)')
    .action(({ shards, intervals, years }: PlanOptions) =>
      run(async ({ bus, terminal }) => {
        const plan = await bus.ask(
          planCluster({
            shards: Number(shards),
            ...(intervals === undefined
              ? {}
              : {
                  intervals: readField('intervals', intervals, (text) => [
                    ...new Set(text.split(',').map((part) => barInterval(part.trim()))),
                  ]),
                }),
            ...(years === undefined ? {} : { years: Number(years) }),
          }),
        );
        terminal.note(adviceOn(plan));
        terminal.answer(plan, planLines);
      }),
    );
}

/** A script that mongosh runs as it is. */
function planLines({ series, expectedChunks, ranges, commands }: ClusterPlan): string[] {
  return [
    `// ${grouped(series)} series, about ${counted(expectedChunks, 'chunk')}; run once, before bars are stored`,
    ...ranges.map(
      ({ from = 'the first', to, expectedChunks: chunks }, place) =>
        `// shard ${place}: from ${from}${to === undefined ? '' : ` to before ${to}`}, about ${counted(chunks, 'chunk')}`,
    ),
    ...commands,
  ];
}

function adviceOn({ expectedBytes }: ClusterPlan): string {
  const size = `About ${grouped(Math.ceil(expectedBytes / 1e9))} GB on disk.`;
  return expectedBytes < WORTH_SHARDING_BYTES
    ? `${size} One replica set holds that; shard only if it cannot write fast enough.`
    : size;
}

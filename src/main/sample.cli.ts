import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { importBars } from '../features/bars/index.ts';
import { registerSymbol } from '../features/instruments/index.ts';
import { counted, grouped, type Cli } from '../platform/cli/index.ts';

/** Three real days of bitcoin in minutes, shipped with the product. */
export const SAMPLE = { instrumentId: 'COINBASE:BTCUSD', interval: '1m' } as const;
const FILE = 'COINBASE_BTCUSD_1m.csv';

export function cliSample({ program, run }: Cli): void {
  program
    .command('sample')
    .description('store a small sample of real bars to try things with')
    .action(() =>
      run(async ({ bus, terminal }) => {
        const { instrumentId } = SAMPLE;
        const details = {
          name: 'Bitcoin / US dollar at Coinbase',
          assetType: 'crypto',
          currency: 'USD',
          schedule: '24x7',
        } as const;
        await bus.execute(registerSymbol({ instrumentId, ...details }));
        const outcome = await bus.execute(
          importBars({ source: sampleFile(), ...SAMPLE, provider: 'sample', state: 'final', isComplete: true }),
        );
        terminal.answer(outcome, ({ inserted, unchanged }) => [
          `${counted(inserted, 'bar')} of ${instrumentId} stored, ${grouped(unchanged)} already there. Try:`,
          `  pocketquant bars ${instrumentId} 5m --from 2016-10-07 --limit 5`,
          '  pocketquant symbols',
        ]);
      }),
    );
}

/** Where it lies, in a checkout or in the published package. */
export function sampleFile(): string {
  const places = ['../../examples/data/', '../examples/data/'].map((folder) => new URL(folder + FILE, import.meta.url));
  const found = places.map((place) => fileURLToPath(place)).find((path) => existsSync(path));
  return found ?? fileURLToPath(places[0]);
}

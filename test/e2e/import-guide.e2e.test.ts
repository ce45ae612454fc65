import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { LAYOUTS } from '../../src/barfiles/index.ts';
import { aFolder } from '../support/open-test-database.ts';
import { ROOT } from '../support/run-pocketquant.ts';

const DAYS = `date,open,high,low,close,volume
2024-01-02,187.15,188.44,183.89,185.64,82488674
2024-01-03,184.22,185.88,183.43,184.25,58414460
`;
const OF_MANY = `date,symbol,open,high,low,close,volume
2024-01-02,AAPL,187.15,188.44,183.89,185.64,82488674
2024-01-02,MSFT,373.86,375.9,366.77,370.87,25258600
`;

const layoutOf = (name: string): string => LAYOUTS.find((layout) => layout.name === name)?.example ?? assert.fail(name);

/** Files that the guide imports and that are no layout's example. */
const FILES: Readonly<Record<string, string>> = {
  'aapl.csv': DAYS,
  'BTCUSDT-1m-2024-01.zip': `1704067200000,42283.58,42298.62,42261.02,42298.61,35.92,1704067259999,1519032.38,1327,23.18,980394.2,0
1704067260000,42298.62,42320,42298.61,42320,21.16,1704067319999,895580.45,1348,13.67,578629.02,0
`,
  'aapl_alpaca.csv': layoutOf('alpaca'),
  'aapl_tws.csv': layoutOf('ibkr'),
  'aapl_tradestation.txt': layoutOf('tradestation'),
  'cm02JAN2024bhav.csv': `SYMBOL,SERIES,OPEN,HIGH,LOW,CLOSE,LAST,PREVCLOSE,TOTTRDQTY,TOTTRDVAL,TIMESTAMP,TOTALTRADES,ISIN,
RELIANCE,EQ,2580.55,2616.85,2571.5,2611.7,2610,2590.25,4364420,11322000000,02-JAN-2024,124000,INE002A01018,
`,
  'prices_us.csv':
    'Date,Open,High,Low,Close,Volume\n1/2/2024,"$1,187.15","$1,188.44","$1,183.89","$1,185.64","82,488,674"\n',
  'prices_de.csv':
    'Datum;Er\u00f6ffnung;Hoch;Tief;Schluss;Volumen\n02.01.2024;187,15;188,44;183,89;185,64;82.488.674\n',
  'prices.txt':
    '2024.01.02 00:00,1.10427,1.10431,1.10418,1.10425,57,2\n2024.01.02 00:01,1.10425,1.1044,1.10421,1.10436,61,2\n',
  'odd.csv': 'Session,Open,High,Low,Settlement\n2024-01-02,187.15,188.44,183.89,185.64\n',
  'us_daily.csv': OF_MANY,
  'sp500.csv': OF_MANY.replace('symbol', 'Security'),
  'prices/NASDAQ_AAPL-1d.csv': DAYS,
  'spy_1h.csv': `Datetime,Open,High,Low,Close,Volume
2025-02-10 09:30:00-05:00,604.85,605.4,603.9,604.7,7000000
2025-02-10 10:30:00-05:00,604.7,605.5,604.2,605.1,4000000
`,
  'prices/NASDAQ_MSFT-1d.csv': DAYS,
  'weekly_AAPL.csv': `timestamp,open,high,low,close,volume
2024-01-19,187.15,188.44,183.89,185.64,82488674
2024-01-12,184.22,185.88,183.43,184.25,58414460
2024-01-05,184.22,185.88,183.43,184.25,58414460
`,
};

/** The commands of a page: the lines of its code blocks that begin with the product. */
function commandsOf(page: string): readonly string[] {
  const lines = readFileSync(join(ROOT, 'docs', page), 'utf8').split('\n');
  return lines.filter((line) => line.startsWith('    ./bin/pocketquant ')).map((line) => line.trim());
}

/** The words of commands, as a shell splits them in a folder. */
async function wordsOf(command: string, folder: string): Promise<string[]> {
  const line = `printf '%s\\n' ${command.replace('./bin/pocketquant ', '')}`;
  const { stdout } = await promisify(execFile)('bash', ['-c', line], { cwd: folder });
  return stdout.trimEnd().split('\n');
}

/** What each command prints, with its exit code in the last line. */
async function run(commands: readonly string[], folder: string): Promise<readonly string[]> {
  const words = await Promise.all(commands.map((command) => wordsOf(command, folder)));
  const env = { ...process.env, DATABASE_URL: `file:${join(folder, 'guide.db')}` };
  const script = join(ROOT, 'test/support/run-in-turn.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [script, JSON.stringify(words)], { cwd: folder, env });
  return stdout.split(/(?<=^exit \d+\n)/m);
}

test('every command of the guide to imports runs, and stores bars', async (t) => {
  const commands = commandsOf('guides/import-your-data.md');
  assert.ok(commands.length > 30, `${commands.length} commands`);
  const folder = aFolder(t);
  const examples = LAYOUTS.map(({ file, example }) => [file, example] as const);
  for (const [name, content] of [...examples, ...Object.entries(FILES)]) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  copyFileSync(join(ROOT, 'test/fixtures/bytes/many.zip'), join(folder, 'prices.zip'));
  const outputs = await run(commands, folder);
  assert.equal(outputs.length, commands.length);
  for (const [at, command] of commands.entries()) {
    const printed = outputs[at];
    assert.match(printed, /exit 0\n$/, command);
    if (command.includes('--layouts')) assert.match(printed, /metatrader: MetaTrader 4 and 5/);
    else if (command.includes(' bars ')) assert.match(printed, /: 2 bars\. Expected/);
    else if (command.includes('--dry-run')) assert.match(printed, /^Read as: /m);
    else assert.match(printed, /rows\s+inserted/, command);
  }
});

test('the page of layouts is what the layouts say', async () => {
  await promisify(execFile)('node', [join(ROOT, 'scripts/write-layouts-page.ts'), '--check']);
});

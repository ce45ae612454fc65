import { mkdirSync, writeFileSync } from 'node:fs';
import { arch, cpus, platform, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { tableLines } from '../src/platform/cli/index.ts';
import { version } from '../src/main/version.ts';
import type { BenchRow } from './measure.ts';
import { SOURCE } from './real-bars.ts';
import { appendCost } from './rows/append-cost.ts';
import { arcticSpeed } from './rows/arctic-speed.ts';
import { codecSpeed } from './rows/codec-speed.ts';
import { commandSpeed } from './rows/command-speed.ts';
import { diskSize } from './rows/disk-size.ts';
import { embeddedSpeed } from './rows/embedded-speed.ts';
import { httpSpeed } from './rows/http-speed.ts';
import { importMemory } from './rows/import-memory.ts';
import { liveSpeed } from './rows/live-speed.ts';
import { manySeries } from './rows/many-series.ts';
import { serverSpeed } from './rows/server-speed.ts';
import { tenYears } from './rows/ten-years.ts';
import { universeSpeed } from './rows/universe-speed.ts';

// Measures the targets side by side in one run: npm run bench, or a part of it: npm run bench -- --only embedded,disk

const uri = process.env['MONGODB_URI'];
const PARTS: Readonly<Record<string, () => Promise<BenchRow[]>>> = {
  server: () => (uri === undefined ? notMeasured() : serverSpeed(uri)),
  codec: codecSpeed,
  embedded: embeddedSpeed,
  years: tenYears,
  arctic: arcticSpeed,
  disk: diskSize,
  append: appendCost,
  http: httpSpeed,
  import: importMemory,
  live: liveSpeed,
  commands: commandSpeed,
  many: manySeries,
  universe: () => universeSpeed(uri),
};

const { values } = parseArgs({ options: { only: { type: 'string' } } });
const wanted = values.only?.split(',') ?? Object.keys(PARTS);
const rows: BenchRow[] = [];
for (const name of wanted) {
  const part = PARTS[name];
  if (part === undefined) throw new Error(`Unknown part ${name}; known are ${Object.keys(PARTS).join(', ')}`);
  process.stderr.write(`${name} …\n`);
  rows.push(...(await part()));
}

const heading = ['what', 'ours', 'against', 'figure', 'target', ''];
const lines = rows.map(({ what, ours, against, figure, target, reached }) => [
  what,
  ours,
  against,
  figure.toFixed(2),
  target,
  reached ? 'reached' : 'MISSED',
]);
console.log(tableLines([heading, ...lines]).join('\n'));

const machine = { platform: platform(), arch: arch(), cpu: cpus()[0]?.model, cores: cpus().length, memory: totalmem() };
const report = {
  measuredAt: new Date().toISOString(),
  versions: { pocketquant: version, node: process.version },
  machine,
  data: SOURCE.pathname,
  rows,
};
const folder = new URL('./results/', import.meta.url);
mkdirSync(folder, { recursive: true });
const file = new URL(`${report.measuredAt.replaceAll(':', '-')}.json`, folder);
writeFileSync(file, JSON.stringify(report, undefined, 2));
console.log(`\nWritten to ${file.pathname}`);

function notMeasured(): Promise<BenchRow[]> {
  process.stderr.write('MONGODB_URI is not set: the rows of a MongoDB server are not measured\n');
  return Promise.resolve([]);
}

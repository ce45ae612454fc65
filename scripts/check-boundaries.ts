import { spawnSync } from 'node:child_process';
import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

// Checks who imports whom, and that only main/ and the page in a browser read a clock. A checker that sees no files would pass, so in a copy of
// the sources every rule must first find the fault that is planted for it.

const FOLDERS = ['src', 'bench', 'test', 'examples', 'scripts'];
const RULES_FILE = '.dependency-cruiser.cjs';
const CLOCK = /\bDate\.now\(|\bnew Date\(\)|\bperformance\.now\(/;
const CLOCK_FAULT = 'src/chunk/planted-clock.ts';

/** For each rule a file and what it must not import. */
const PLANTED: Readonly<Record<string, readonly [file: string, imported: string]>> = {
  'market-alone': ['src/market/planted-layer.ts', '../chunk/index.ts'],
  'chunk-on-market': ['src/chunk/planted-layer.ts', '../platform/errors/index.ts'],
  'barfiles-on-market': ['src/barfiles/planted-layer.ts', '../chunk/index.ts'],
  'config-on-errors': ['src/config/planted-layer.ts', '../platform/bus/index.ts'],
  'platform-alone': ['src/platform/bus/planted-layer.ts', '../../market/index.ts'],
  'features-inward': ['src/features/bars/planted-layer.ts', '../../config/index.ts'],
  'contract-neutral': ['src/providers/contract/planted-layer.ts', '../../platform/bus/index.ts'],
  'vendors-apart': ['src/providers/one/planted-layer.ts', '../other/planted.ts'],
  'gateways-on-faces': ['src/gateways/one/planted-layer.ts', '../../features/bars/schemas.ts'],
  'web-alone': ['src/web/planted-layer.ts', '../market/index.ts'],
  'client-alone': ['src/client/planted-layer.ts', '../market/index.ts'],
  'client-without-node': ['src/client/planted-io.ts', 'node:events'],
  'slices-apart': ['src/features/bars/planted-slice.ts', '../instruments/index.ts'],
  'market-without-io': ['src/market/planted-io.ts', 'node:fs'],
  'chunk-without-io': ['src/chunk/planted-io.ts', 'pino'],
  'technology-in-platform': ['src/features/bars/planted-driver.ts', 'mongodb'],
  'main-is-last': ['src/platform/http/planted-main.ts', '../../main/version.ts'],
  'test-only-in-tests': ['src/features/bars/planted-support.ts', '../../../test/support/a-store.ts'],
  'examples-from-outside': ['examples/planted.ts', '../src/market/index.ts'],
  'no-dev-dependency': ['src/platform/bus/planted-tool.ts', 'fast-check'],
  'no-cycles': ['src/market/planted-cycle.ts', './planted-cycle.ts'],
  resolvable: ['src/market/planted-nowhere.ts', './nowhere.ts'],
};

/** The part of dependency-cruiser's report that is read here. */
interface Report {
  readonly violations: readonly Violation[];
  readonly ruleSetUsed: { readonly forbidden: readonly { readonly name: string }[] };
}

interface Violation {
  readonly from: string;
  readonly to: string;
  readonly rule: { readonly name: string };
}

const root = fileURLToPath(new URL('..', import.meta.url));
const unproven = unprovenRules();
if (unproven.length > 0) fail('Rules that did not find the fault planted for them', unproven);
const { violations, ruleSetUsed } = cruise(root);
if (violations.length > 0) fail('Imports that cross a boundary', violations.map(lineOf));
const clocks = clockReadersIn(root);
if (clocks.length > 0) fail('Only main/ owns a clock, elsewhere the moment is handed in', clocks);
console.log(
  `${ruleSetUsed.forbidden.length} rules on imports and one on clocks hold; each found the fault planted for it`,
);

function unprovenRules(): string[] {
  const copy = mkdtempSync(join(tmpdir(), 'pocketquant-boundaries-'));
  try {
    for (const name of [...FOLDERS, RULES_FILE, 'package.json', 'tsconfig.json'])
      cpSync(join(root, name), join(copy, name), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
    plant(copy, 'src/providers/other/planted.ts', 'export const other = 1;');
    plant(copy, CLOCK_FAULT, 'export const now = Date.now();');
    for (const [file, imported] of Object.values(PLANTED)) plant(copy, file, `export * from '${imported}';`);
    const report = cruise(copy);
    const found = new Set(report.violations.map(({ rule, from }) => `${rule.name} ${from}`));
    const rules = report.ruleSetUsed.forbidden.map(({ name }) => name);
    const missed = rules.filter((name) => !found.has(`${name} ${PLANTED[name]?.[0]}`));
    return clockReadersIn(copy).includes(CLOCK_FAULT) ? missed : [...missed, 'the clock'];
  } finally {
    rmSync(copy, { recursive: true });
  }
}

function plant(copy: string, file: string, source: string): void {
  mkdirSync(dirname(join(copy, file)), { recursive: true });
  writeFileSync(join(copy, file), source);
}

function cruise(folder: string): Report {
  const words = ['--config', RULES_FILE, '--output-type', 'json', ...FOLDERS];
  const { stdout, stderr } = spawnSync('depcruise', words, { cwd: folder, encoding: 'utf8', maxBuffer: Infinity });
  if (!stdout.startsWith('{')) fail('dependency-cruiser did not run', [stderr]);
  return (JSON.parse(stdout) as { summary: Report }).summary;
}

function clockReadersIn(folder: string): string[] {
  const files = globSync('src/**/*.{ts,tsx}', { cwd: folder });
  const exempt = /^src\/(main|web)\/|\.test\.ts$/;
  return files.filter((file) => !exempt.test(file) && CLOCK.test(readFileSync(join(folder, file), 'utf8')));
}

function lineOf({ rule, from, to }: Violation): string {
  return `${rule.name}: ${from} → ${to}`;
}

function fail(what: string, lines: readonly string[]): never {
  console.error([`${what}:`, ...lines].join('\n  '));
  process.exit(1);
}

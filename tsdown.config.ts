import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig, type Rolldown, type UserConfig } from 'tsdown';

const common = {
  format: 'esm',
  checks: { bundlerTimings: false },
  outExtensions: () => ({ js: '.js', dts: '.d.ts' }),
} as const;

/** Packages that most commands need. Some are hundreds of files, which take longer to load than to run. */
const BUILT_IN = [
  'bson',
  'commander',
  'croner',
  'csv-parse',
  'lru-cache',
  'mingo',
  'temporal-polyfill',
  'temporal-utils',
  'typebox',
];

const FOLDER_OF_PACKAGE = /^.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//;

/** Code that is built in brings its license along. */
const licenses: Rolldown.Plugin = {
  name: 'licenses',
  generateBundle(_options, bundle) {
    const modules = Object.values(bundle).flatMap((file) => (file.type === 'chunk' ? file.moduleIds : []));
    const found = modules.flatMap((id) => FOLDER_OF_PACKAGE.exec(id) ?? []);
    const folders = new Map<string, string>();
    for (let i = 0; i < found.length; i += 2) folders.set(found[i + 1], found[i]);
    const texts = [...folders]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, folder]) => `${name}\n\n${licenseIn(folder)}`);
    this.emitFile({ type: 'asset', fileName: 'licenses.txt', source: texts.join(`\n${'-'.repeat(80)}\n\n`) });
  },
};

function licenseIn(folder: string): string {
  const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name));
  if (file === undefined) throw new Error(`${folder} has no license`);
  return readFileSync(join(folder, file), 'utf8');
}

/** The library, the CLI, and the worker that the embedded database starts beside them. */
export const forNode: UserConfig = {
  ...common,
  entry: {
    library: 'src/main/library.ts',
    cli: 'src/main/cli.ts',
    'writer-worker': 'src/platform/database/embedded/writer-worker.ts',
  },
  platform: 'node',
  // Only checkouts build the page.
  deps: { neverBundle: ['vite'], alwaysBundle: BUILT_IN.map((name) => new RegExp(`^${name}(/|$)`)) },
  target: 'node24',
  dts: { entry: 'src/main/library.ts' },
  banner: ({ fileName }) => (fileName === 'cli.js' ? '#!/usr/bin/env node' : ''),
  plugins: [licenses],
};

export default defineConfig([
  // The published package.
  forNode,
  // Its client, for browsers too.
  {
    ...common,
    entry: { client: 'src/client/index.ts' },
    platform: 'neutral',
    target: 'es2024',
    tsconfig: 'src/client/tsconfig.json',
    dts: true,
    clean: false,
  },
]);

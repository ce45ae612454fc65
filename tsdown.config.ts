import { defineConfig } from 'tsdown';

const common = {
  format: 'esm',
  checks: { bundlerTimings: false },
  outExtensions: () => ({ js: '.js', dts: '.d.ts' }),
} as const;

export default defineConfig([
  // The published package: the library, the CLI, and the worker that the embedded database starts beside them.
  {
    ...common,
    entry: {
      library: 'src/main/library.ts',
      cli: 'src/main/cli.ts',
      'writer-worker': 'src/platform/database/embedded/writer-worker.ts',
    },
    platform: 'node',
    // Only checkouts build the page.
    deps: { neverBundle: ['vite'] },
    target: 'node24',
    dts: { entry: 'src/main/library.ts' },
    banner: ({ fileName }) => (fileName === 'cli.js' ? '#!/usr/bin/env node' : ''),
  },
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

import { defineConfig } from 'tsdown';

// The published package: the library, the CLI, and the worker that the embedded database starts beside them.
export default defineConfig({
  entry: {
    library: 'src/main/library.ts',
    cli: 'src/main/cli.ts',
    'writer-worker': 'src/platform/database/embedded/writer-worker.ts',
  },
  format: 'esm',
  platform: 'node',
  checks: { bundlerTimings: false },
  target: 'node24',
  outExtensions: () => ({ js: '.js', dts: '.d.ts' }),
  dts: { entry: 'src/main/library.ts' },
  banner: ({ fileName }) => (fileName === 'cli.js' ? '#!/usr/bin/env node' : ''),
});

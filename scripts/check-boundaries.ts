import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

// Checks who imports whom. A checker that sees no files would pass, so a bad import is planted first: it must be found.

const root = fileURLToPath(new URL('..', import.meta.url));
const planted = `${root}src/market/planted-bad-import.ts`;

function cruise(): { readonly passed: boolean; readonly report: string } {
  const { status, stdout, stderr } = spawnSync(
    'depcruise',
    ['src', 'bench', 'test', 'examples', '--config', '.dependency-cruiser.cjs'],
    {
      cwd: root,
      encoding: 'utf8',
      shell: process.platform === 'win32',
    },
  );
  return { passed: status === 0, report: stdout + stderr };
}

writeFileSync(
  planted,
  "import { openDatabase } from '../platform/database/index.ts';\nexport const opened = openDatabase;\n",
);
try {
  const { passed, report } = cruise();
  if (passed || !report.includes('market-alone')) {
    console.error(`A bad import was planted and not found: the checker does not see the sources.\n${report}`);
    process.exit(1);
  }
} finally {
  rmSync(planted);
}

const { passed, report } = cruise();
console.log(report.trim());
if (!passed) process.exit(1);

const clocks = spawnSync(
  'grep',
  ['-rnE', '--include=*.ts', '--exclude=*.test.ts', String.raw`Date\.now\(|new Date\(\)|performance\.now\(`, 'src'],
  { cwd: root, encoding: 'utf8' },
);
const outside = clocks.stdout.split('\n').filter((line) => line !== '' && !line.startsWith('src/main/'));
if (outside.length > 0) {
  console.error(`Only main/ owns a clock:\n${outside.join('\n')}`);
  process.exit(1);
}

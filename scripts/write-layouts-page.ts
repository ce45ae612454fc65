import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { commandOf, LAYOUTS, settingsOf, type Layout } from '../src/barfiles/index.ts';

// Writes docs/reference/layouts.md from the layouts; with --check it says whether the page is up to date.

const PAGE = fileURLToPath(new URL('../docs/reference/layouts.md', import.meta.url));

const INTRODUCTION = `# Layouts

<!-- Written by scripts/write-layouts-page.ts. -->

How vendors and programs write their files, where the files do not show it themselves: \`import --layout NAME\`. An option
that is given goes first. Files of most vendors are read without a layout; the [guide](../guides/import-your-data.md) says
how. \`import --layouts\` prints this list.
`;

function page(): string {
  const rows = LAYOUTS.map(({ name, vendor }) => `| [\`${name}\`](#${name}) | ${vendor} |`);
  return [INTRODUCTION, '| layout | files of |', '|---|---|', ...rows, '', ...LAYOUTS.map(section)].join('\n');
}

function section(layout: Layout): string {
  const { name, vendor, facts, example } = layout;
  const settings = settingsOf(layout).map((setting) => `- ${setting.replace(/^(--\S+ \S+)/, '`$1`')}`);
  return [
    `## ${name}`,
    '',
    `${vendor}. ${facts}`,
    '',
    ...example.split('\n').map((line) => `    ${line}`),
    '',
    'Import it with:',
    '',
    `    ${commandOf(layout)}`,
    ...(settings.length === 0 ? [] : ['', 'The layout stands for:', '', ...settings]),
    '',
  ].join('\n');
}

if (!process.argv.includes('--check')) writeFileSync(PAGE, page());
else if (readFileSync(PAGE, 'utf8') !== page()) {
  console.error(`${PAGE} is not what the layouts say: run node scripts/write-layouts-page.ts`);
  process.exitCode = 1;
}

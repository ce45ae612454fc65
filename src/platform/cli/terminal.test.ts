import assert from 'node:assert/strict';
import { test } from 'node:test';
import { outputTo } from './output.ts';
import { createTerminal } from './terminal.ts';

function aTerminal(isTTY: boolean, isJson = false) {
  const shown: string[] = [];
  let now = 0;
  const stderr = { isTTY, columns: 45, write: (text: unknown) => shown.push(String(text)) > 0 };
  const output = outputTo(process.stdout);
  const terminal = createTerminal({ output, stderr, elapsed: () => now }, isJson);
  return { terminal, shown, pass: (ms: number) => void (now += ms) };
}

test('on a terminal one line is drawn again, cut to the width, and notes begin where it stood', () => {
  const { terminal, shown, pass } = aTerminal(true);
  const progress = terminal.progress('Importing');
  progress.report(1, 4, () => '10 rows');
  progress.report(2, 4, () => 'too soon');
  pass(100);
  progress.report(3, 4, () => '1,000,000 rows');
  terminal.note('Stopping');
  progress.finish('30 rows read');
  assert.deepEqual(shown, [
    '\r\x1b[KImporting █████░░░░░░░░░░░░░░░ 25 %  10 rows',
    '\r\x1b[KImporting ███████████████░░░░░ 75 %  1,000,0',
    '\r\x1b[KStopping\n',
    '\r\x1b[K30 rows read\n',
  ]);
});

test('elsewhere it is a line now and then, and with --json nothing', () => {
  const plain = aTerminal(false);
  const progress = plain.terminal.progress('Verifying');
  progress.report(1, undefined, () => 'too soon');
  plain.pass(5_000);
  progress.report(2, undefined, () => '2 chunks');
  plain.terminal.endProgress();
  assert.deepEqual(
    plain.shown.filter((text) => text !== ''),
    ['Verifying  2 chunks\n'],
  );
  const json = aTerminal(true, true);
  const silent = json.terminal.progress('Verifying');
  silent.report(1, 2, () => 'one');
  silent.finish('done');
  json.terminal.endProgress();
  assert.deepEqual(json.shown, []);
});

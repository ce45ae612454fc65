import process from 'node:process';
import { runCli } from '../../src/main/run-cli.ts';

// Runs several commands of the product in one process: a list of lists of words, as JSON. After the output of each a line
// says its exit code.

const commands = JSON.parse(process.argv[2] ?? '[]') as string[][];
for (const words of commands) {
  process.exitCode = 0;
  await runCli(words);
  process.stdout.write(`\nexit ${process.exitCode}\n`);
}
process.exitCode = 0;

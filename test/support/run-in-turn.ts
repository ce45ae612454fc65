import process from 'node:process';

// Runs several commands of the product in one process: a list of lists of words, as JSON. After the output of each a line
// says its exit code.

const commands = JSON.parse(process.argv[2] ?? '[]') as string[][];
process.argv.splice(2, 1, '--version'); // the product runs what its process was given
const { runCli } = await import('../../src/main/cli.ts');
for (const words of commands) {
  process.exitCode = 0;
  await runCli(words);
  process.stdout.write(`\nexit ${process.exitCode}\n`);
}
process.exitCode = 0;

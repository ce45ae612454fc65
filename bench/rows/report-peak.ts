import { existsSync, readFileSync } from 'node:fs';

// Loaded before a program to have its peak memory told on standard error when it ends. Linux keeps it in VmHWM; maxRSS would
// count what the parent had when it forked.
function peakMegabytes(): number {
  const status = '/proc/self/status';
  const peak = existsSync(status) ? /VmHWM:\s+(\d+) kB/.exec(readFileSync(status, 'utf8'))?.[1] : undefined;
  return (peak === undefined ? process.resourceUsage().maxRSS : Number(peak)) / 1_000;
}

process.on('exit', () => process.stderr.write(`peak ${peakMegabytes().toFixed(1)} MB\n`));

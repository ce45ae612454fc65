// Loaded before a program to have its peak memory told on standard error when it ends.
process.on('exit', () => process.stderr.write(`peak ${(process.resourceUsage().maxRSS / 1_000).toFixed(1)} MB\n`));

import { writeFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import process from 'node:process';

// With `node --import`: writes which modules a process has loaded to the file that MODULES_LIST names, a line each.

const loaded = new Set<string>();
registerHooks({
  load(url, context, nextLoad) {
    loaded.add(url);
    return nextLoad(url, context);
  },
});
process.on('exit', () => writeFileSync(process.env['MODULES_LIST'] ?? '', [...loaded].join('\n')));

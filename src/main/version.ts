import { readFileSync } from 'node:fs';

// Two levels up in the checkout, one in the built package.
function packageFile(): URL {
  const here = import.meta.url;
  return here.includes('/src/main/') ? new URL('../../package.json', here) : new URL('../package.json', here);
}

/** Version of this product, such as `0.1.0`. */
export const version: string = (JSON.parse(readFileSync(packageFile(), 'utf8')) as { version: string }).version;

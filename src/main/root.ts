import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folders = ['..', '../..'].map((up) => fileURLToPath(new URL(up, import.meta.url)));

/** Where `package.json` is, in a checkout or in the published package. */
export const ROOT = folders.find((folder) => existsSync(join(folder, 'package.json'))) ?? folders[0];

/** Whether the sources are there. */
export const isCheckout = existsSync(join(ROOT, 'src'));

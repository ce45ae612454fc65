import { plain, WRITTEN } from './world-schedules.ts';

/** Exchanges of one group, each with the schedule of symbols whose root is in no family. */
const GROUP: ReadonlyMap<string, string | undefined> = new Map([
  ['CME', 'CME'],
  ...['COMEX', 'NYMEX', 'COMEXMINI', 'NYMEXMINI', 'XCEC', 'XNYM'].map((name) => [name, 'CME-ENERGY-METALS'] as const),
  ...['CBOT', 'CMEMINI', 'CBOTMINI', 'XCME', 'XCBT', 'GLBX'].map((exchange) => [exchange, undefined] as const),
]);

const FAMILY_OF_ROOT: ReadonlyMap<string, string> = new Map(
  [...WRITTEN].flatMap(([family, { roots }]) => roots?.split(' ').map((root) => [root, family] as const) ?? []),
);

/** A contract's month and year, or how charts and vendors name the one that runs: `ESZ4`, `ES1!`, `ES=F`, `ES.c.0`. */
const contractText =
  /^[/@]?([A-Z0-9]{1,4}?)(?:[FGHJKMNQUVXZ]\d{1,2}|[FGHJKMNQUVXZ]\d{4}|\d!|=F|_F|\.[CNV]\.\d+|\.FUT)?$/;

export function isOfCmeGroup(exchange: string): boolean {
  return GROUP.has(plain(exchange));
}

/** Name of the schedule of a product of CME Group: that of its family, by the root of its symbol. */
export function scheduleOfProduct(exchange: string, symbol: string): string | undefined {
  const [, root = ''] = contractText.exec(symbol.toUpperCase()) ?? [];
  return FAMILY_OF_ROOT.get(root) ?? FAMILY_OF_ROOT.get(symbol.toUpperCase()) ?? GROUP.get(plain(exchange));
}

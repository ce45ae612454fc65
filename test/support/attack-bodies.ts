/** The default of POCKETQUANT_MAX_BODY_BYTES. */
export const MAX_BODY_BYTES = 4_194_304;

export interface AttackBody {
  readonly name: string;
  readonly body: string;
  /** The error that refuses it. */
  readonly code: string;
}

/** The body of a call with so many bars. */
export function barsBody(count: number, bar: (index: number) => string): string {
  return `{"provider":"test","state":"final","bars":[${Array.from({ length: count }, (_, i) => bar(i)).join()}]}`;
}

/** Bodies below the limit in bytes that cost a hundred times as much once they are read. */
export function attackBodies(): AttackBody[] {
  const many = MAX_BODY_BYTES / 2 - 100;
  const names = (count: number, from = 0) =>
    `{${Array.from({ length: count }, (_, i) => `"${(from + i).toString(36)}":1`).join()}}`;
  return [
    { name: 'numbers', body: barsBody(many, () => '1'), code: 'BODY_TOO_LARGE' },
    { name: 'empty objects', body: barsBody(many * 0.66, () => '{}'), code: 'BODY_TOO_LARGE' },
    { name: 'empty lists', body: barsBody(many * 0.66, () => '[]'), code: 'BODY_TOO_LARGE' },
    { name: 'one object of many names', body: names(300_000), code: 'INVALID_REQUEST' },
    { name: 'objects of ever new names', body: barsBody(5_000, (i) => names(64, i * 64)), code: 'INVALID_REQUEST' },
    {
      name: 'a bar nested 5,000 deep',
      body: barsBody(1, () => '['.repeat(5_000) + ']'.repeat(5_000)),
      code: 'INVALID_REQUEST',
    },
    { name: 'two million lists, none closed', body: '['.repeat(many), code: 'INVALID_REQUEST' },
    { name: 'a text without end', body: `"${'\\"'.repeat(many)}`, code: 'INVALID_JSON' },
  ];
}

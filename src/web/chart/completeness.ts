import { counted, grouped } from '../format/number.ts';

/** What an answer says of itself, as the API does. */
export interface Completeness {
  readonly expected: number | null;
  readonly returned: number;
  readonly extra?: number;
  readonly partial?: number;
  readonly missing: readonly { readonly bars: number; readonly parts?: number; readonly reason: string }[];
  readonly parts?: {
    readonly interval: string;
    readonly expected: number;
    readonly held: number;
    readonly missing: number;
  };
  readonly complete: boolean;
}

/** Completeness in words: each number as it was answered. */
export function completenessText({ expected, returned, extra = 0, partial = 0, missing, parts }: Completeness): string {
  const quiet = barsOf(missing.filter(({ reason }) => reason === 'noTrades'));
  const lacking = barsOf(missing) - quiet;
  const said =
    expected === null
      ? [`${counted(returned, 'bar')}; no schedule is known, so none is expected`]
      : [
          `${counted(returned, 'bar')} of ${grouped(expected)} expected`,
          ...told(lacking, 'missing'),
          ...told(quiet, 'without trades'),
        ];
  const made =
    parts === undefined || parts.missing === 0
      ? []
      : [`made of ${grouped(parts.held)} bars of ${parts.interval} of ${grouped(parts.expected)} expected`];
  return [...said, ...told(extra, 'not expected'), ...told(partial, 'partial'), ...made].join(', ');
}

const barsOf = (missing: Completeness['missing']): number => missing.reduce((sum, { bars }) => sum + bars, 0);

const told = (count: number, what: string): string[] => (count === 0 ? [] : [`${grouped(count)} ${what}`]);

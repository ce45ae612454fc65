import { BAR_INTERVALS } from '../market/index.ts';
import { InvalidRequestError } from '../platform/errors/index.ts';

/** What a file's name says of it. */
export interface NamedFile {
  readonly exchange?: string;
  readonly symbol?: string;
  readonly interval?: string;
}

const FIELDS = ['exchange', 'symbol', 'interval'] as const;
/** Kinds and packings, as files are called. */
const ENDING = /(\.(csv|tsv|txt|json|ndjson|jsonl|parquet|arrow|feather|gz|zst|zstd|bz2|zip))+$/i;

/**
 * Reads names by a template such as `{exchange}_{symbol}-{interval}`; `*` stands for anything. A field ends where the next
 * character of the template stands first, but for the last one.
 * @throws InvalidRequestError `NAME_TEMPLATE_INVALID`
 */
export function nameTemplate(template: string): (fileName: string) => NamedFile | undefined {
  const parts = template.replace(ENDING, '').split(/(\{\w+\}|\*)/);
  const seen = new Set<string>();
  const pattern = parts.map((part, at) => {
    if (part === '*') return '.*?';
    const field = /^\{(\w+)\}$/.exec(part)?.[1];
    if (field === undefined) return escaped(part);
    if (!(FIELDS as readonly string[]).includes(field) || seen.has(field))
      throw invalid(
        `${part} is ${seen.has(field) ? 'there twice' : 'no field'}; fields are {exchange}, {symbol} and {interval}`,
      );
    seen.add(field);
    if (field === 'interval') return `(?<interval>${BAR_INTERVALS.join('|')})`;
    const next = parts[at + 1] ?? '';
    if (next === '' && at + 2 < parts.length) throw invalid('two fields need something between them');
    return next === '' ? `(?<${field}>.+)` : `(?<${field}>[^${escaped(next[0])}]+)`;
  });
  if (seen.size === 0) throw invalid('it has no field');
  const expression = new RegExp(`^${pattern.join('')}$`);
  return (fileName) => {
    const fields = expression.exec(fileName.replace(/^.*[/\\]/, '').replace(ENDING, ''))?.groups;
    return (
      fields && { ...fields, ...(fields['symbol'] === undefined ? {} : { symbol: symbolInName(fields['symbol']) }) }
    );
  };
}

/** A symbol as a file's name has it: what no name may hold is percent-encoded, as in `BTC%2FUSDT`. */
export function symbolInName(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // it has a percent sign
  }
}

function invalid(why: string): InvalidRequestError {
  return new InvalidRequestError(
    'NAME_TEMPLATE_INVALID',
    `--name: ${why}. Write it as '{exchange}_{symbol}-{interval}'`,
  );
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/\-&!#%,:;<=>@`~]/g, String.raw`\$&`);
}

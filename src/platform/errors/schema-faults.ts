import { InvalidRequestError, type InputFault } from './errors.ts';

/** One fault as a schema validator reports it. */
export interface SchemaFault {
  readonly keyword: string;
  /** Where the broken rule stands in the schema, as a JSON pointer after `#`. */
  readonly schemaPath: string;
  /** JSON pointer. */
  readonly instancePath: string;
  readonly message: string;
  readonly params?: object;
}

interface KnownParams {
  readonly allowedValues?: readonly unknown[];
  readonly additionalProperties?: readonly string[];
  readonly pattern?: string;
}

/** What was checked, and by what; with it, a text of the wrong form is told with the form in words. */
export interface CheckedInput {
  /** Its texts that have a pattern have a `description` that can follow "must be". */
  readonly schema: unknown;
  /** Left out where it may hold a secret. */
  readonly value?: unknown;
}

const MAX_FAULTS = 20;

/**
 * Input that a schema does not accept, in words.
 * @param what what was read, such as `The query`
 */
export function invalidInput(
  what: string,
  faults: readonly SchemaFault[],
  checked?: CheckedInput,
): InvalidRequestError {
  const told = faults.filter(({ keyword }) => keyword !== 'boolean').slice(0, MAX_FAULTS);
  const errors = told.map((fault) => ({ path: fault.instancePath, message: inWords(fault, checked) }));
  return new InvalidRequestError('INVALID_REQUEST', `${what} is not accepted: ${errors.map(faultText).join('; ')}`, {
    errors,
  });
}

function inWords(
  { message, params, schemaPath, instancePath }: SchemaFault,
  checked: CheckedInput | undefined,
): string {
  const { allowedValues, additionalProperties, pattern }: KnownParams = params ?? {};
  if (allowedValues !== undefined) return `must be one of ${allowedValues.join(', ')}`;
  if (additionalProperties !== undefined) return `unknown: ${namesText(additionalProperties)}`;
  if (pattern === undefined || checked === undefined) return message;
  return formInWords(
    pointedAt(checked.schema, `${schemaPath.slice(1).replace(/\/pattern$/, '')}/description`),
    pointedAt(checked.value, instancePath),
    pattern,
  );
}

const SHOWN_NAMES = 10;
const SHOWN_LENGTH = 60;

/** Bounded, as a caller may send a hundred thousand. */
function namesText(names: readonly string[]): string {
  const shown = names.slice(0, SHOWN_NAMES).map(cut);
  return names.length > SHOWN_NAMES ? `${shown.join(', ')} and ${names.length - SHOWN_NAMES} more` : shown.join(', ');
}

function cut(text: string): string {
  return text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH)}…` : text;
}

/** `must be the name of a provider, such as binance or yahoo, not "Binance"; write binance` */
function formInWords(description: unknown, value: unknown, pattern: string): string {
  const form = `must be ${String(description)}`;
  if (typeof value !== 'string') return form;
  const text = value.trim();
  const shown = JSON.stringify(cut(value));
  const meant = [text, text.toUpperCase(), text.toLowerCase()].find((other) => new RegExp(pattern, 'u').test(other));
  return `${form}, not ${shown}${meant === undefined ? '' : `; write ${meant}`}`;
}

/** What a JSON pointer names. */
function pointedAt(root: unknown, pointer: string): unknown {
  let found = root;
  for (const part of pointer.split('/').slice(1))
    found = (found as Readonly<Record<string, unknown>> | undefined)?.[
      part.replaceAll('~1', '/').replaceAll('~0', '~')
    ];
  return found;
}

function faultText({ path, message }: InputFault): string {
  return path === '' ? message : `${path.slice(1).replaceAll('/', '.')} ${message}`;
}

import { InvalidRequestError, type InputFault } from './errors.ts';

/** One fault as a schema validator reports it. */
export interface SchemaFault {
  readonly keyword: string;
  /** JSON pointer. */
  readonly instancePath: string;
  readonly message: string;
  readonly params?: object;
}

interface KnownParams {
  readonly allowedValues?: readonly unknown[];
  readonly additionalProperties?: readonly string[];
}

const MAX_FAULTS = 20;

/**
 * Input that a schema does not accept, in words.
 * @param what what was read, such as `The query`
 */
export function invalidInput(what: string, faults: readonly SchemaFault[]): InvalidRequestError {
  const told = faults.filter(({ keyword }) => keyword !== 'boolean').slice(0, MAX_FAULTS);
  const errors = told.map(({ instancePath, message, params }) => ({
    path: instancePath,
    message: inWords(message, params ?? {}),
  }));
  return new InvalidRequestError('INVALID_REQUEST', `${what} is not accepted: ${errors.map(faultText).join('; ')}`, {
    errors,
  });
}

function inWords(message: string, { allowedValues, additionalProperties }: KnownParams): string {
  if (allowedValues !== undefined) return `must be one of ${allowedValues.join(', ')}`;
  if (additionalProperties !== undefined) return `unknown: ${additionalProperties.join(', ')}`;
  return message;
}

function faultText({ path, message }: InputFault): string {
  return path === '' ? message : `${path.slice(1).replaceAll('/', '.')} ${message}`;
}

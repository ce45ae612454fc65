import { InvalidRequestError } from './errors.ts';

/**
 * Reads a caller's text by a parser that throws RangeError.
 * @throws InvalidRequestError `INVALID_REQUEST` that names the field and says what the parser said
 */
export function readField<Value, Read>(name: string, value: Value, parse: (value: Value) => Read): Read {
  try {
    return parse(value);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const faults = [{ path: `/${name}`, message: error.message }];
    throw new InvalidRequestError('INVALID_REQUEST', `${name}: ${error.message}`, { errors: faults, cause: error });
  }
}

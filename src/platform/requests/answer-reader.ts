import type { Static, TSchema } from 'typebox';
import { ProviderError } from '../errors/index.ts';
import { validatorOf } from '../schemas/index.ts';

/**
 * Makes a function that takes parsed JSON for what the schema says it is.
 * @param what the answer in words, such as `binance: klines`
 * @throws (the function) ProviderError `PROVIDER_ANSWER_INVALID` that names the first place the schema refuses
 */
export function answerReader<Schema extends TSchema>(what: string, schema: Schema): (json: unknown) => Static<Schema> {
  const validator = validatorOf(schema);
  return (json) => {
    if (validator().Check(json)) return json;
    const fault = validator().Errors(json)[0];
    const where = `${what}${fault?.instancePath ?? ''}`;
    throw new ProviderError('PROVIDER_ANSWER_INVALID', `${where} is not as documented: ${fault?.message ?? 'unknown'}`);
  };
}

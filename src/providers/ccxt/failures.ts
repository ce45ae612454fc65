import { ProviderError, type ErrorCode } from '../../platform/errors/index.ts';

/** An answer of status 4xx, which the library reads better: it knows the exchange's own codes. */
export class RefusedAnswer extends ProviderError {
  readonly status: number;
  readonly body: unknown;

  constructor(name: string, status: number, body: unknown) {
    super('PROVIDER_REFUSED', `${name}: refused with status ${status}`);
    this.status = status;
    this.body = body;
  }
}

/** By the library's classes, from the narrow to the wide. */
const CODES: readonly (readonly [className: string, code: ErrorCode])[] = [
  ['BadSymbol', 'PROVIDER_SYMBOL_UNKNOWN'],
  ['DDoSProtection', 'PROVIDER_RATE_LIMITED'],
  ['RateLimitExceeded', 'PROVIDER_RATE_LIMITED'],
  ['RequestTimeout', 'PROVIDER_TIMEOUT'],
  ['NetworkError', 'PROVIDER_UNAVAILABLE'],
  ['BadResponse', 'PROVIDER_ANSWER_INVALID'],
  ['OperationFailed', 'PROVIDER_UNAVAILABLE'],
  ['BaseError', 'PROVIDER_REFUSED'],
];

/**
 * What the library threw, as one of ours. With a status of 4xx only an unknown symbol is taken from it: it holds plain
 * 400, 403 and 404 for a network that will recover. What is none of its own errors came of an answer it did not foresee.
 */
export function failureOf(name: string, thrown: unknown, refused: RefusedAnswer | undefined): ProviderError {
  if (thrown instanceof ProviderError) return thrown;
  const classes = classesOf(thrown);
  const code = CODES.find(([className]) => classes.includes(className))?.[1] ?? 'PROVIDER_ANSWER_INVALID';
  if (refused !== undefined && code !== 'PROVIDER_SYMBOL_UNKNOWN') return refused;
  const why = code === 'PROVIDER_ANSWER_INVALID' ? 'an answer that ccxt cannot read' : `ccxt says ${classes[0]}`;
  return new ProviderError(code, `${name}: ${why}`, { cause: thrown });
}

function classesOf(thrown: unknown): string[] {
  const names: string[] = [];
  for (let proto: unknown = thrown; typeof proto === 'object' && proto !== null; proto = Object.getPrototypeOf(proto))
    if (Object.hasOwn(proto, 'constructor')) names.push(proto.constructor.name);
  return names;
}

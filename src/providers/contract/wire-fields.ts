import { ProviderError } from '../../platform/errors/index.ts';

/** A message of a stream. Fields are checked where they are used: a schema would cost more than all the rest. */
export type Wire = Readonly<Record<string, unknown>>;

/** Reads the fields of a vendor's messages. @throws (each) ProviderError `PROVIDER_ANSWER_INVALID` */
export function wireFields(vendor: string) {
  const unreadable = (field: string): ProviderError =>
    new ProviderError('PROVIDER_ANSWER_INVALID', `${vendor}: ${field} of a stream is not as documented`);
  return {
    unreadable,
    objectOf(json: unknown): Wire {
      if (typeof json === 'object' && json !== null && !Array.isArray(json)) return json as Wire;
      throw unreadable('a message');
    },
    textOf(message: Wire, field: string): string {
      const value = message[field];
      if (typeof value === 'string') return value;
      throw unreadable(field);
    },
    numberOf(message: Wire, field: string): number {
      const value = message[field];
      if (typeof value === 'number' && Number.isFinite(value)) return value;
      throw unreadable(field);
    },
  };
}

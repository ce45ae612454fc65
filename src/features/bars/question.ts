import { barInterval, epochMsOfWire, type WireTime } from '../../market/index.ts';
import { readField, readOptionalFields } from '../../platform/errors/index.ts';
import type { BarsQuestion } from './reading/plan-answer.ts';

/** A question about bars as it comes through a door: times as text. */
export interface AskedQuestion extends Omit<BarsQuestion, 'interval' | 'from' | 'to' | 'asOf'> {
  readonly interval: string;
  readonly from?: WireTime;
  readonly to?: WireTime;
  readonly asOf?: WireTime;
}

/** @throws InvalidRequestError `INVALID_REQUEST` that names the field which cannot be read */
export function questionOf({ interval, from, to, asOf, ...asked }: AskedQuestion): BarsQuestion {
  const times = readOptionalFields({ from, to, asOf }, ['from', 'to', 'asOf'], epochMsOfWire);
  const known = Object.fromEntries(Object.entries({ ...asked, ...times }).filter(([, value]) => value !== undefined));
  return { ...known, instrumentId: asked.instrumentId, interval: readField('interval', interval, barInterval) };
}

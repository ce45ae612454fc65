import { readSchedule } from './schedule-format.ts';
import cme from './schedules/CME.json' with { type: 'json' };
import coinbase from './schedules/COINBASE.json' with { type: 'json' };
import hkfe from './schedules/HKFE.json' with { type: 'json' };
import nasdaq from './schedules/NASDAQ.json' with { type: 'json' };
import nse from './schedules/NSE.json' with { type: 'json' };
import oanda from './schedules/OANDA.json' with { type: 'json' };
import type { SessionSchedule } from './session-schedule.ts';

const SHARES_OF_NEW_YORK = ['NASDAQ', 'NYSE', 'ARCA', 'AMEX'];
const AROUND_THE_CLOCK = ['COINBASE', 'BINANCE', 'KRAKEN', 'BITSTAMP', 'BITFINEX', 'ALPACA', 'SIM'];

/** The schedules that ship with PocketQuant, by name. */
export const KNOWN_SCHEDULES: ReadonlyMap<string, SessionSchedule> = new Map([
  ...named(SHARES_OF_NEW_YORK, nasdaq),
  ...named(['CME'], cme),
  ...named(['NSE'], nse),
  ...named(['OANDA'], oanda),
  ...named(['HKFE'], hkfe),
  ...named(['COINBASE', '24x7'], coinbase),
]);

const DEFAULTS: ReadonlyMap<string, string> = new Map([
  ...SHARES_OF_NEW_YORK.map((exchange) => [exchange, 'NASDAQ'] as const),
  ...['CME', 'NSE', 'OANDA', 'HKFE'].map((exchange) => [exchange, exchange] as const),
  ...AROUND_THE_CLOCK.map((exchange) => [exchange, '24x7'] as const),
]);

/** Name in {@link KNOWN_SCHEDULES} of the schedule that an exchange keeps; `undefined` if we know none. */
export function defaultScheduleOf(exchange: string): string | undefined {
  return DEFAULTS.get(exchange);
}

function named(names: readonly string[], data: unknown): [name: string, schedule: SessionSchedule][] {
  const schedule = readSchedule(names[0], data);
  return names.map((name) => [name, { ...schedule, name }]);
}

import { isOfCmeGroup, scheduleOfProduct } from './futures-families.ts';
import { readSchedule } from './schedule-format.ts';
import cme from './schedules/CME.json' with { type: 'json' };
import coinbase from './schedules/COINBASE.json' with { type: 'json' };
import hkfe from './schedules/HKFE.json' with { type: 'json' };
import nasdaq from './schedules/NASDAQ.json' with { type: 'json' };
import nse from './schedules/NSE.json' with { type: 'json' };
import oanda from './schedules/OANDA.json' with { type: 'json' };
import type { SessionSchedule } from './session-schedule.ts';
import { plain, worldSchedule, worldScheduleName } from './world-schedules.ts';

const SHARES_OF_NEW_YORK = ['NASDAQ', 'NYSE', 'ARCA', 'AMEX'];
const AROUND_THE_CLOCK = ['COINBASE', 'BINANCE', 'KRAKEN', 'BITSTAMP', 'BITFINEX', 'ALPACA', 'SIM'];

/** The schedules that are kept by hand, by name. {@link scheduleNamed} also finds those of the world's exchanges. */
export const KNOWN_SCHEDULES: ReadonlyMap<string, SessionSchedule> = new Map([
  ...named(SHARES_OF_NEW_YORK, nasdaq),
  ...named(['CME'], cme),
  ...named(['NSE'], nse),
  ...named(['OANDA'], oanda),
  ...named(['HKFE'], hkfe),
  ...named(['COINBASE', '24x7'], coinbase),
]);

const DEFAULTS: ReadonlyMap<string, string> = new Map([
  ...[...SHARES_OF_NEW_YORK, 'XNYS', 'XNAS', 'ARCX', 'XASE', 'BATS', 'OTC', 'OOTC'].map(
    (exchange) => [exchange, 'NASDAQ'] as const,
  ),
  ...['NSE', 'OANDA', 'HKFE'].map((exchange) => [exchange, exchange] as const),
  ['XNSE', 'NSE'],
  ...AROUND_THE_CLOCK.map((exchange) => [exchange, '24x7'] as const),
]);

/**
 * Name of the schedule of an instrument, `EXCHANGE:SYMBOL`, or of an exchange, by any of its names; `undefined` if we
 * know none.
 */
export function defaultScheduleOf(instrument: string): string | undefined {
  const [exchange] = instrument.split(':', 1);
  const symbol = instrument.slice(exchange.length + 1);
  if (isOfCmeGroup(exchange)) return scheduleOfProduct(exchange, symbol);
  return DEFAULTS.get(plain(exchange)) ?? worldScheduleName(exchange);
}

/** A schedule by its name: one of `own`, or of an exchange of the world. */
export function scheduleNamed(own: ReadonlyMap<string, SessionSchedule>, name: string): SessionSchedule | undefined {
  return own.get(name) ?? worldSchedule(name);
}

function named(names: readonly string[], data: unknown): [name: string, schedule: SessionSchedule][] {
  const schedule = readSchedule(names[0], data);
  return names.map((name) => [name, { ...schedule, name }]);
}

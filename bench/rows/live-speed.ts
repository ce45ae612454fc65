import { BarMachine, instrumentId, type LiveBar, type Trade } from '../../src/market/index.ts';
import { LIVE_INTERVALS } from '../live-intervals.ts';
import { atLeast, inTurn, rate, type BenchRow } from '../measure.ts';

const TRADES = 300_000;
const RUNS = 7;
const ADVANCE_MS = 250;
const FIRST = Date.UTC(2024, 0, 30);
const XRPETH = instrumentId('BENCH:XRPETH');

/** What Binance sends of a trade. */
interface TradeMessage {
  readonly t: number;
  readonly p: string;
  readonly q: string;
  readonly T: number;
  readonly m: boolean;
}

/** Trades as a vendor sends them, read and made into bars of all classic intervals, against reading them alone. */
export async function liveSpeed(): Promise<BenchRow[]> {
  const messages = tradeMessages();
  let sum = 0;
  const [parsing, ours] = await inTurn(
    RUNS,
    () => {
      for (const message of messages) sum += parsed(message).T;
    },
    () => makeBars(messages),
  );
  if (!Number.isFinite(sum)) throw new Error('A message has no time');
  const inTrades = (ms: number) => rate(TRADES, ms).replace('bars', 'trades');
  return [
    atLeast(
      `live: trades into bars of ${LIVE_INTERVALS.length} intervals`,
      parsing / ours,
      0.5,
      inTrades(ours),
      `JSON.parse alone ${inTrades(parsing)}`,
    ),
  ];
}

function makeBars(messages: readonly string[]): void {
  let volume = 0;
  const count = ({ interval, volume: traded = NaN }: LiveBar) => {
    if (interval === '1m') volume += traded;
  };
  const listener = { onClosed: count, onChanged: () => undefined, onTooLate: () => undefined };
  const machine = new BarMachine({ intervals: LIVE_INTERVALS, listener });
  let nextAdvance = FIRST;
  let sent = 0;
  for (const message of messages) {
    const trade = toTrade(parsed(message));
    sent += trade.size;
    machine.onTrade(trade);
    if (trade.eventTime < nextAdvance) continue;
    machine.advance(trade.eventTime);
    nextAdvance = trade.eventTime + ADVANCE_MS;
  }
  machine.advance(Infinity);
  if (!(Math.abs(volume - sent) < 1e-6 * sent)) throw new Error(`Bars hold ${volume} of ${sent} traded`);
}

function parsed(message: string): TradeMessage {
  return JSON.parse(message) as TradeMessage;
}

function toTrade({ t, p, q, T, m }: TradeMessage): Trade {
  return {
    instrumentId: XRPETH,
    tradeId: t,
    eventTime: T,
    price: Number(p),
    size: Number(q),
    side: m ? 'sell' : 'buy',
  };
}

/** Some four trades a second for most of a day, over the end of a month; one in ten comes after its successor. */
function tradeMessages(): string[] {
  let state = 1;
  const random = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647; // the same trades in every run
  const messages: string[] = [];
  let price = 141_342;
  let time = FIRST;
  for (let i = 0; i < TRADES; i++) {
    time += Math.floor(-Math.log(random()) * 250);
    price += Math.round((random() - 0.5) * 8);
    const p = (price / 1e8).toFixed(8);
    const q = (Math.ceil(random() * 6_000) / 10).toFixed(8);
    const T = random() < 0.1 ? time - Math.floor(random() * 500) : time;
    messages.push(
      JSON.stringify({ e: 'trade', E: time + 2, s: 'XRPETH', t: 13_519_807 + i, p, q, T, m: random() < 0.5, M: true }),
    );
  }
  return messages;
}

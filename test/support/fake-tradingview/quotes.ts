import { critical, type Answering } from './charts.ts';
import type { SeedSymbol } from './seed.ts';

type Values = Readonly<Record<string, unknown>>;

/** What the vendor says of some symbols. */
export interface OddSymbols {
  /** They end the session in which they are asked for, with this reason. */
  readonly deadly: ReadonlyMap<string, string>;
  /** Nothing is ever said of them. */
  readonly mute: ReadonlySet<string>;
}

export interface Quotes {
  readonly answer: Answering;
  /** Sends what changed of a symbol to the sessions that have it, or to all. */
  push(symbol: string, changed: Values, isUnasked?: boolean): void;
  /** What any of its sessions has. */
  subscribed(): readonly string[];
}

interface Session {
  fields: readonly string[];
  readonly symbols: Set<string>;
}

/** The quote sessions of one socket. */
export function answerQuotes(
  symbols: ReadonlyMap<string, SeedSymbol>,
  send: (messages: readonly unknown[]) => void,
  odd: OddSymbols,
): Quotes {
  const sessions = new Map<string, Session>();

  function answer(method: string, params: readonly unknown[]): readonly unknown[] {
    const [id, ...rest] = params;
    if (typeof id !== 'string' || !rest.every((one) => typeof one === 'string'))
      return [critical(String(id), method, params)];
    if (method === 'quote_create_session') {
      if (!/^qs_[A-Za-z0-9]{12}$/.test(id) || sessions.has(id)) return [critical(id, method, params)];
      sessions.set(id, { fields: [], symbols: new Set() });
      return [];
    }
    const session = sessions.get(id);
    if (session === undefined) return [critical(id, method, params)];
    if (method === 'quote_set_fields') session.fields = rest;
    else if (method === 'quote_add_symbols') {
      const reason = rest.map((symbol) => odd.deadly.get(symbol)).find((told) => told !== undefined);
      if (reason === undefined) return rest.flatMap((symbol) => add(id, session, symbol));
      sessions.delete(id);
      return [critical(id, method, params, reason)];
    } else if (method === 'quote_remove_symbols') rest.forEach((symbol) => session.symbols.delete(symbol));
    else return [critical(id, method, params)];
    return [];
  }

  /** What is known at once; a symbol that the session has already is not told again. */
  function add(id: string, session: Session, symbol: string): readonly unknown[] {
    if (session.symbols.has(symbol)) return [];
    session.symbols.add(symbol);
    if (odd.mute.has(symbol)) return [];
    const seed = symbols.get(symbol);
    if (seed === undefined) return [{ m: 'qsd', p: [id, { n: symbol, s: 'error', errmsg: 'no such symbol', v: {} }] }];
    return [update(id, session, symbol, seed.quote ?? {}), { m: 'quote_completed', p: [id, symbol] }];
  }

  return {
    answer,
    subscribed: () => [...sessions.values()].flatMap((session) => [...session.symbols]),
    push(symbol, changed, isUnasked = false) {
      for (const [id, session] of sessions)
        if (isUnasked || session.symbols.has(symbol)) send([update(id, session, symbol, changed)]);
    },
  };
}

function update(id: string, { fields }: Session, symbol: string, values: Values): unknown {
  const asked = Object.entries(values).filter(([field]) => fields.includes(field));
  return { m: 'qsd', p: [id, { n: symbol, s: 'ok', v: Object.fromEntries(asked) }] };
}

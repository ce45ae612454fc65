import { secondsOf, type SeedBar, type SeedSymbol } from './seed.ts';

interface Chart {
  readonly symbols: Map<string, SeedSymbol>;
  series?: Series;
}

interface Series {
  readonly id: string;
  readonly turn: string;
  readonly symbol: SeedSymbol;
  readonly resolution: string;
  /** What was sent of the series: from this place to that. */
  first: number;
  end: number;
  sent: number;
}

export interface ChartsOptions {
  readonly symbols: ReadonlyMap<string, SeedSymbol>;
  /** Epoch ms. */
  readonly now: () => number;
  /** Bars of one answer. */
  readonly pageMaximum: number;
  /** Bars of one series, the plan's cap. */
  readonly seriesMaximum: number;
  /** Bars of the next answer while the client is throttled, after which it says that there are no older ones. */
  readonly throttledTo: () => number | undefined;
}

/** Answers a message with the vendor's messages. */
export type Answering = (method: string, params: readonly unknown[]) => readonly unknown[];

/** The chart sessions of one socket. */
export function answerCharts({ symbols, now, pageMaximum, seriesMaximum, throttledTo }: ChartsOptions): Answering {
  const charts = new Map<string, Chart>();

  function answer(method: string, params: readonly unknown[]): readonly unknown[] {
    const [id, ...rest] = params;
    if (typeof id !== 'string') return [critical('', method, params)];
    if (method === 'chart_create_session') {
      if (!/^cs_[A-Za-z0-9]{12}$/.test(id) || charts.has(id)) return [critical(id, method, params)];
      charts.set(id, { symbols: new Map() });
      return [];
    }
    const chart = charts.get(id);
    if (chart === undefined) return [critical(id, method, params)];
    if (method === 'chart_delete_session') {
      charts.delete(id);
      return [];
    }
    if (method === 'resolve_symbol') return resolve(id, chart, rest);
    if (method === 'create_series') return createSeries(id, chart, rest) ?? [critical(id, method, params)];
    if (method === 'request_more_data') return requestMore(id, chart, rest) ?? [critical(id, method, params)];
    return [critical(id, method, params)];
  }

  function resolve(id: string, chart: Chart, [name, text]: readonly unknown[]): readonly unknown[] {
    const wanted = JSON.parse(String(text).replace(/^=/, '')) as Record<string, unknown>;
    const isAsDocumented = wanted.adjustment === 'splits' && wanted.session === 'regular';
    const symbol = isAsDocumented ? symbols.get(String(wanted.symbol)) : undefined;
    if (symbol === undefined) return [{ m: 'symbol_error', p: [id, name, 'invalid symbol'], ...time() }];
    chart.symbols.set(String(name), symbol);
    return [{ m: 'symbol_resolved', p: [id, name, symbol.info], ...time() }];
  }

  function createSeries(id: string, chart: Chart, params: readonly unknown[]): readonly unknown[] | undefined {
    const [name, turn, symbolName, resolution, count, range] = params.slice(0, 6);
    const symbol = chart.symbols.get(String(symbolName));
    if (symbol === undefined || chart.series !== undefined || range !== '') return undefined;
    const bars = symbol.bars[String(resolution)];
    if (bars === undefined)
      return [{ m: 'series_error', p: [id, name, turn, 'unsupported resolution', 'node'], ...time() }];
    const [mode, epoch, wanted] = Array.isArray(count) ? (count as unknown[]) : ['', now() / 1_000, count];
    if (!(typeof wanted === 'number' && wanted > 0 && typeof epoch === 'number')) return undefined;
    if (mode !== '' && mode !== 'bar_count') return undefined;
    const later = bars.findIndex((bar) => Number(bar[0]) > epoch);
    const end = later < 0 ? bars.length : later;
    const series: Series = {
      id: String(name),
      turn: String(turn),
      symbol,
      resolution: String(resolution),
      first: end,
      end,
      sent: 0,
    };
    chart.series = series;
    const loading = { m: 'series_loading', p: [id, name, turn], ...time() };
    return [loading, ...page(id, series, wanted)];
  }

  function requestMore(id: string, chart: Chart, [name, count]: readonly unknown[]): readonly unknown[] | undefined {
    const { series } = chart;
    if (series === undefined || series.id !== name || typeof count !== 'number' || count <= 0) return undefined;
    return page(id, series, count);
  }

  function page(id: string, series: Series, wanted: number): readonly unknown[] {
    const bars = series.symbol.bars[series.resolution];
    const throttled = throttledTo();
    const count = Math.min(wanted, pageMaximum, seriesMaximum - series.sent, series.first, throttled ?? Infinity);
    const from = series.first - count;
    const sent = bars.slice(from, series.first);
    series.first = from;
    series.sent += count;
    const completion =
      from === 0 || throttled !== undefined ? 'end' : series.sent >= seriesMaximum ? 'limit' : undefined;
    const { delay, closesEarly = false } = series.symbol;
    const newest = bars[series.end - 1];
    const closesAt = newest === undefined ? undefined : closeOf(newest, series.resolution, closesEarly);
    const update = {
      // Numbered within what the client holds now: the numbers of all bars move with every older page.
      s: sent.map((v, i) => ({ i, v })),
      ns: { d: '', indexes: 'nochange' },
      t: series.turn,
      lbs: { bar_close_time: closesAt },
    };
    const mode = delay === undefined ? 'streaming' : `delayed_streaming_${delay}`;
    const extra = completion === undefined ? {} : { data_completed: completion };
    return [
      { m: 'timescale_update', p: [id, { [series.id]: update }, { index: 0 }], ...time() },
      { m: 'series_completed', p: [id, series.id, mode, series.turn, extra], ...time() },
    ];
  }

  function time(): { readonly t: number; readonly t_ms: number } {
    return { t: Math.floor(now() / 1_000), t_ms: now() };
  }

  return answer;
}

function closeOf(bar: SeedBar, resolution: string, closesEarly: boolean): number {
  return Number(bar[0]) + secondsOf(resolution) - (closesEarly ? 1 : 0);
}

export function critical(
  id: string,
  method: string,
  params: readonly unknown[],
  reason = 'invalid parameters',
): unknown {
  return { m: 'critical_error', p: [id, reason, `method: ${method}. args: ${JSON.stringify(params)}`] };
}

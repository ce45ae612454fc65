import {
  CandlestickSeries,
  createChartEx,
  createSeriesMarkers,
  CrosshairMode,
  HistogramSeries,
  LineSeries,
  LineStyle,
  PriceScaleMode,
  TickMarkType,
  type CandlestickData,
  type DeepPartial,
  type HistogramData,
  type IChartApiBase,
  type ISeriesApi,
  type ISeriesMarkersPluginApi,
  type LineData,
  type MouseEventParams,
  type Time,
  type TimeScaleOptions,
  type UTCTimestamp,
  type WhitespaceData,
} from 'lightweight-charts';
import { priceText, shortText } from '../format/number.ts';
import { timeText } from '../format/time.ts';
import { coloursIn, isAlike, thinned, type Colours } from './colours.ts';
import { GapShade, type Shade } from './gap-shade.ts';
import type { ReasonTone } from '../format/reason.ts';
import { isBelowDay, type Interval } from '../intervals.ts';
import type { Row, ShownBar } from './rows.ts';
import { ZonedAxis } from './zoned-axis.ts';

export type Scale = 'linear' | 'log' | 'percent';

export interface LogicalRange {
  readonly from: number;
  readonly to: number;
}

interface TonedShade extends Omit<Shade, 'colour'> {
  readonly tone: ReasonTone;
}

export interface Drawn {
  readonly interval: Interval;
  readonly rows: readonly Row[];
  readonly shades: readonly TonedShade[];
  /** Bars of another series that open with a row, to compare with. */
  readonly compared: readonly (ShownBar | undefined)[] | undefined;
  readonly decimals: number;
}

const MODES: Readonly<Record<Scale, PriceScaleMode>> = {
  linear: PriceScaleMode.Normal,
  log: PriceScaleMode.Logarithmic,
  percent: PriceScaleMode.Percentage,
};
const LEAST_BAR_PX = 0.25;
const VOLUME_PART = 0.2;

/** What rows are drawn in, but for candles of final bars. */
type Tints = ReturnType<typeof tintsOf>;

function tintsOf({ up, down }: Colours) {
  const tintsFrom = (colour: string) => ({
    running: thinned(colour, 0.45),
    volume: thinned(colour, 0.6),
    runningVolume: thinned(colour, 0.3),
  });
  return { up: tintsFrom(up), down: tintsFrom(down) };
}

const timeOf = ({ openTime }: Row): UTCTimestamp => (openTime / 1_000) as UTCTimestamp;

/** The library's chart, in our colours: candles, volume below, shaded gaps, and a second series to compare with. */
export class ChartCanvas {
  readonly #place: HTMLElement;
  readonly #axis = new ZonedAxis();
  readonly #chart: IChartApiBase;
  readonly #candles: ISeriesApi<'Candlestick'>;
  readonly #volume: ISeriesApi<'Histogram'>;
  readonly #marks: ISeriesMarkersPluginApi<Time>;
  readonly #shades = [new GapShade(), new GapShade()] as const;
  #compared: ISeriesApi<'Line'> | ISeriesApi<'Candlestick'> | undefined;
  #comparedKind: 'line' | 'candles' = 'line';
  #colours: Colours;
  #tints: Tints;
  #drawn: Drawn | undefined;
  #zone: string;

  constructor(place: HTMLElement, zone: string) {
    this.#place = place;
    this.#zone = zone;
    this.#colours = coloursIn(place);
    this.#tints = tintsOf(this.#colours);
    const timeScale: DeepPartial<TimeScaleOptions> = {
      minBarSpacing: LEAST_BAR_PX,
      timeVisible: true,
      secondsVisible: true,
      shiftVisibleRangeOnNewBar: false,
      tickMarkFormatter: (time: Time, kind: TickMarkType) => this.#tickText(time, kind),
    };
    this.#chart = createChartEx<Time, ZonedAxis>(place, this.#axis, {
      autoSize: true,
      // Its styles are not allowed here; the link is beside the chart.
      layout: { attributionLogo: false },
      handleScroll: false,
      handleScale: {
        mouseWheel: false,
        pinch: false,
        axisPressedMouseMove: { price: true, time: false },
        axisDoubleClickReset: { price: true, time: false },
      },
      crosshair: { mode: CrosshairMode.Normal },
      localization: { timeFormatter: (time: Time) => this.#timeText(time) },
      timeScale,
    });
    this.#candles = this.#chart.addSeries(CandlestickSeries, { priceLineVisible: false });
    this.#marks = createSeriesMarkers(this.#candles);
    this.#volume = this.#chart.addSeries(
      HistogramSeries,
      {
        priceLineVisible: false,
        lastValueVisible: false,
        priceFormat: { type: 'custom', formatter: shortText, minMove: 1e-8 },
      },
      1,
    );
    this.#candles.attachPrimitive(this.#shades[0]);
    this.#volume.attachPrimitive(this.#shades[1]);
    const [main, below] = this.#chart.panes();
    main?.setStretchFactor(1 - VOLUME_PART);
    below?.setStretchFactor(VOLUME_PART);
    this.#applyColours();
  }

  /** The width of the bars' pane. */
  get widthPx(): number {
    return this.#chart.timeScale().width();
  }

  isInPane(x: number, y: number): boolean {
    return x <= this.widthPx && y <= this.#place.clientHeight - this.#chart.timeScale().height();
  }

  get range(): LogicalRange | undefined {
    return this.#chart.timeScale().getVisibleLogicalRange() ?? undefined;
  }

  set range({ from, to }: LogicalRange) {
    this.#chart.timeScale().setVisibleLogicalRange({ from, to });
  }

  logicalAt(x: number): number {
    // Of its own: the library answers with whole bars only.
    const { range, widthPx } = this;
    return range === undefined ? 0 : range.from - 0.5 + (x / widthPx) * (range.to - range.from + 1);
  }

  /** Puts other rows on the axis; the range in sight is given in their terms. */
  draw(drawn: Drawn, range: LogicalRange): void {
    this.#drawn = drawn;
    const { rows, decimals, compared, interval } = drawn;
    // Days and longer are those of the calendar, whatever the zone.
    this.#axis.zone = isBelowDay(interval) ? this.#zone : 'UTC';
    this.#candles.applyOptions({
      priceFormat: {
        type: 'custom',
        formatter: (price: number) => priceText(Number(price.toFixed(decimals)), decimals),
        minMove: 10 ** -decimals,
      },
    });
    this.#candles.setData(rows.map((row) => this.#candleOf(row)));
    this.#volume.setData(rows.map((row) => this.#volumeOf(row)));
    this.#drawCompared(rows, compared);
    this.#shade(drawn);
    this.range = range;
  }

  /** Writes times in a zone, and takes the colours of the theme. */
  restyle(zone: string): void {
    const { range } = this;
    const colours = coloursIn(this.#place);
    if (zone === this.#zone && isAlike(colours, this.#colours)) return;
    if (zone !== this.#zone) this.#clear();
    this.#zone = zone;
    this.#colours = colours;
    this.#tints = tintsOf(colours);
    this.#applyColours();
    if (this.#drawn !== undefined && range !== undefined) this.draw(this.#drawn, range);
  }

  setScale(scale: Scale): void {
    const priceScale = this.#candles.priceScale();
    const { mode, autoScale } = priceScale.options();
    if (mode !== MODES[scale] || !autoScale) priceScale.applyOptions({ mode: MODES[scale], autoScale: true });
  }

  get comparedKind(): 'line' | 'candles' {
    return this.#comparedKind;
  }

  compareAs(kind: 'line' | 'candles'): void {
    this.#comparedKind = kind;
    this.#endComparison();
  }

  /** Marks rows of the axis, in order. */
  mark(indexes: readonly number[]): void {
    if (indexes.length === 0 && this.#marks.markers().length === 0) return;
    const { rows = [] } = this.#drawn ?? {};
    const color = this.#colours.accent;
    this.#marks.setMarkers(
      indexes.map((index) => ({ time: timeOf(rows[index]), position: 'aboveBar', shape: 'circle', color, size: 0.7 })),
    );
  }

  /** Calls with the row under the pointer; undefined when it leaves. */
  onPoint(tell: (index: number | undefined) => void): void {
    this.#chart.subscribeCrosshairMove(({ logical, point }: MouseEventParams) =>
      tell(logical === undefined || point === undefined ? undefined : Math.round(logical)),
    );
  }

  /** Moves the crosshair to a row. */
  pointTo(index: number): void {
    const row = this.#drawn?.rows[index];
    if (row !== undefined)
      this.#chart.setCrosshairPosition(row.bar?.close ?? this.#middle(), timeOf(row), this.#candles);
  }

  pointAway(): void {
    this.#chart.clearCrosshairPosition();
  }

  end(): void {
    this.#chart.remove();
  }

  /** Times that stay on the axis keep what they weigh in the zone that was. */
  #clear(): void {
    for (const series of [this.#candles, this.#volume, this.#compared]) series?.setData([]);
  }

  #middle(): number {
    return this.#candles.coordinateToPrice(this.#place.clientHeight / 3) ?? 0;
  }

  #candleOf(row: Row): CandlestickData | WhitespaceData {
    const { bar } = row;
    const time = timeOf(row);
    if (bar === undefined) return { time };
    const { open, high, low, close } = bar;
    if (bar.state === 'final') return { time, open, high, low, close };
    const colour = this.#tints[close >= open ? 'up' : 'down'].running;
    return { time, open, high, low, close, color: colour, wickColor: colour, borderColor: colour };
  }

  #volumeOf(row: Row): HistogramData {
    const { bar } = row;
    // A value for each row: the library forgets a range in which no series has one.
    if (bar === undefined || bar.volume === null) return { time: timeOf(row), value: 0, color: 'transparent' };
    const tints = this.#tints[bar.close >= bar.open ? 'up' : 'down'];
    return { time: timeOf(row), value: bar.volume, color: bar.state === 'final' ? tints.volume : tints.runningVolume };
  }

  #endComparison(): void {
    if (this.#compared !== undefined) this.#chart.removeSeries(this.#compared);
    this.#compared = undefined;
  }

  #drawCompared(rows: readonly Row[], compared: Drawn['compared']): void {
    if (compared === undefined) {
      this.#endComparison();
      return;
    }
    const { accent } = this.#colours;
    if (this.#comparedKind === 'line') {
      this.#compared ??= this.#chart.addSeries(LineSeries, { priceLineVisible: false, lineWidth: 2 });
      const points = rows.map((row, index): LineData | WhitespaceData => {
        const bar = compared[index];
        return bar === undefined ? { time: timeOf(row) } : { time: timeOf(row), value: bar.close };
      });
      (this.#compared as ISeriesApi<'Line'>).setData(points);
      this.#compared.applyOptions({ color: accent });
      return;
    }
    this.#compared ??= this.#chart.addSeries(CandlestickSeries, { priceLineVisible: false });
    const bars = rows.map((row, index): CandlestickData | WhitespaceData => {
      const bar = compared[index];
      if (bar === undefined) return { time: timeOf(row) };
      const { open, high, low, close } = bar;
      return { time: timeOf(row), open, high, low, close };
    });
    (this.#compared as ISeriesApi<'Candlestick'>).setData(bars);
    const soft = thinned(accent, 0.4);
    this.#compared.applyOptions({
      upColor: soft,
      downColor: accent,
      borderUpColor: accent,
      borderDownColor: accent,
      wickUpColor: accent,
      wickDownColor: accent,
    });
  }

  #shade({ shades }: Drawn): void {
    const { quiet, warnSoft, badSoft } = this.#colours;
    const colours = { quiet, warn: warnSoft, bad: badSoft };
    const drawn = shades.map(({ first, last, tone }) => ({ first, last, colour: colours[tone] }));
    for (const shade of this.#shades) shade.show(drawn);
  }

  #applyColours(): void {
    const { surface, line, textSoft, lineStrong, up, down, label } = this.#colours;
    const { fontFamily } = getComputedStyle(this.#place);
    const crosshair = { color: lineStrong, style: LineStyle.Dashed, labelBackgroundColor: label };
    this.#chart.applyOptions({
      layout: {
        background: { color: surface },
        textColor: textSoft,
        fontFamily,
        panes: { separatorColor: line, separatorHoverColor: line, enableResize: true },
      },
      grid: { vertLines: { color: thinned(line, 0.5) }, horzLines: { color: thinned(line, 0.5) } },
      crosshair: { vertLine: crosshair, horzLine: crosshair },
      rightPriceScale: { borderColor: line },
      timeScale: { borderColor: line },
    });
    this.#candles.applyOptions({
      upColor: up,
      downColor: down,
      borderUpColor: up,
      borderDownColor: down,
      wickUpColor: up,
      wickDownColor: down,
    });
  }

  #timeText(time: Time): string {
    const at = Number(time) * 1_000;
    const interval = this.#drawn?.interval ?? '1m';
    if (!isBelowDay(interval)) return timeText(at, 'UTC', 'day');
    return timeText(at, this.#zone, interval.endsWith('s') ? 'second' : 'minute');
  }

  #tickText(time: Time, kind: TickMarkType): string {
    const isBelow = isBelowDay(this.#drawn?.interval ?? '1m');
    const text = timeText(Number(time) * 1_000, isBelow ? this.#zone : 'UTC', 'second');
    const cuts: Readonly<Record<TickMarkType, readonly [number, number]>> = {
      [TickMarkType.Year]: [0, 4],
      [TickMarkType.Month]: [0, 7],
      [TickMarkType.DayOfMonth]: [5, 10],
      [TickMarkType.Time]: [11, 16],
      [TickMarkType.TimeWithSeconds]: [11, 19],
    };
    return text.slice(...cuts[kind]);
  }
}

import type { JSX } from 'preact';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { ServerUnreachable } from '../../client/index.ts';
import { dropAhead } from '../ahead.ts';
import { Problem } from '../parts/told.tsx';
import { keepInLink, parameters } from '../routes.ts';
import { returns } from '../server-state.ts';
import { shownZone } from '../settings.ts';
import { useAnswer } from '../use-answer.ts';
import { BarsTable } from './bars-table.tsx';
import { ChartArea } from './chart-area.tsx';
import { decimalsSeen } from './shown.ts';
import type { Span } from './view.ts';
import { gapOf, readCorrections, readSpan, tileLoader, type Instrument } from './chart-data.ts';
import { Corrections } from './corrections-list.tsx';
import type { GapJobs } from './gap-jobs.ts';
import { sourceOf, type Interval } from '../intervals.ts';
import { KnownAt } from './known-at.tsx';
import { rowTimeText } from './legend.tsx';
import { MissingPanel } from './missing-panel.tsx';
import { Replay } from './replay.tsx';
import { indexAtTime } from './rows.ts';
import { useChart } from './use-chart.ts';
import { useLive } from './use-live.ts';
import { linkTime, type ChartView } from './view-link.ts';

interface HeldChartProps {
  readonly instrument: Instrument;
  readonly interval: Interval;
  readonly view: ChartView;
  readonly jobs: GapJobs;
  readonly providers: readonly string[];
  readonly spans: { readonly stored: Span; readonly within: Span };
}

/** The chart of what is stored, what is missing in it, and what was corrected. */
export function HeldChart({ instrument, interval, view, jobs, providers, spans }: HeldChartProps): JSX.Element {
  const { instrumentId, priceDecimals, series } = instrument;
  const { align, asOf, compare, replay } = view;
  const place = useRef<HTMLDivElement | null>(null);
  const zone = shownZone(instrument.timeZone);
  const asked = { instrumentId, align, asOf };
  const { from, to, at } = parameters.value;
  const inLink = `${from} ${to} ${at}`;
  /** What this view last wrote into the link: anything else there was asked for. */
  const written = useRef<string | undefined>(undefined);
  const isAskedFor = inLink !== written.current;

  const control = useChart(place, {
    source: {
      chosen: interval,
      isOpenAlways: instrument.schedule === '24x7',
      ...spans,
      decimals: priceDecimals,
      load: tileLoader(asked),
      loadCompared: compare === undefined ? undefined : tileLoader({ ...asked, instrumentId: compare }),
    },
    first: isAskedFor ? view.sight : undefined,
    about: [instrument, interval, align, asOf, compare],
    zone,
  });
  const shown = control?.shown.value;
  const sight = control?.sight.value;
  const drawings = control?.drawings.value;
  // What the link asks for at first, the chart begins with.
  useEffect(() => {
    if (isAskedFor) control?.goTo(view.sight);
  }, [inLink]);
  useEffect(() => {
    if (sight === undefined) return;
    const next = { from: linkTime(sight.from), to: linkTime(sight.to), at: undefined };
    written.current = `${next.from} ${next.to} ${next.at}`;
    keepInLink(next);
  }, [sight]);
  useEffect(() => {
    if (shown !== undefined) dropAhead();
  }, [shown !== undefined]);
  useEffect(() => control?.setScale(compare === undefined ? view.scale : 'percent'), [control, view.scale, compare]);
  useEffect(() => control?.compareAs(view.compareAs), [control, view.compareAs]);
  useEffect(() => control?.showUntil(replay), [control, replay]);
  useEffect(() => {
    if (returns.value > 0) control?.reload();
  }, [returns.value]);

  const source = sourceOf(series, shown?.interval ?? interval, align);
  const fetched = { instrumentId, interval: (source?.interval ?? interval) as Interval, align: source?.align };
  useLive(control, fetched, asOf === undefined);
  const inSight = useAnswer(sight && ((signal) => readSpan(asked, sight, signal)), [sight, drawings, asOf, align]);
  const corrections = useAnswer(sight && ((signal) => readCorrections(fetched, sight, signal)), [
    sight,
    shown,
    fetched.interval,
  ]);
  const corrected = corrections.value ?? [];
  useEffect(() => control?.mark(corrected.map(({ openTime }) => openTime)), [control, shown, corrections.value]);

  const decimals = useMemo(() => priceDecimals ?? decimalsSeen(shown?.rows ?? []), [priceDecimals, shown]);
  const pointAt = (time: number): void => control?.point(Math.max(0, indexAtTime(shown?.rows ?? [], time)));
  const { value } = inSight;
  const told = value && { ...value, interval: value.span.interval };
  return (
    <>
      {view.isAsOf && <KnownAt {...{ fetched, zone, asOf }} stored={spans.stored} />}
      {replay !== undefined && control !== undefined && <Replay at={replay} zone={zone} control={control} />}
      {isFault(control?.error.value) && <Problem error={control?.error.value} onRetry={() => control?.reload()} />}
      <div class="chart-body">
        <ChartArea
          {...{ control, place, interval, zone, decimals, compare }}
          name={instrumentId}
          provider={source?.providers.join(', ') ?? ''}
          firstBar={spans.stored.from}
        />
        <aside class="chart-side" aria-label="About these bars">
          {told !== undefined && (
            <MissingPanel
              {...{ ...told, zone, jobs, fetched, providers }}
              gaps={told.completeness.missing.map(gapOf)}
              title={`${rowTimeText(told.span.from, told.interval, zone)} – ${rowTimeText(told.span.to, told.interval, zone)}`}
              onPoint={(gap) => pointAt(gap.from)}
            />
          )}
          {isFault(inSight.error) && <Problem error={inSight.error} onRetry={inSight.reload} />}
          <Corrections {...{ corrected, zone, decimals }} interval={fetched.interval} onPoint={pointAt} />
          <p class="credit">
            Drawn by{' '}
            <a href="https://www.tradingview.com/" target="_blank" rel="noreferrer">
              TradingView Lightweight Charts™
            </a>
            , © 2025 TradingView, Inc.
          </p>
        </aside>
      </div>
      {view.isTable && told !== undefined && <BarsTable {...{ ...told, zone, decimals }} />}
    </>
  );
}

/** A lost server is told by the frame of the page, and asked again when it is back. */
const isFault = (error: unknown): boolean => error !== undefined && !(error instanceof ServerUnreachable);

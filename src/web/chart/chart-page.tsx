import type { JSX } from 'preact';
import { client } from '../client.ts';
import { Problem } from '../parts/told.tsx';
import { parameters } from '../routes.ts';
import { useAnswer } from '../use-answer.ts';
import { ChooseSeries } from './choose-series.tsx';
import { SeriesChart } from './series-chart.tsx';
import { findInstrument } from './chart-data.ts';

/** The bars of an instrument as candles, what is missing in them, and what was known when. */
export function ChartPage(): JSX.Element {
  const { id } = parameters.value;
  const instrument = useAnswer(id === undefined ? undefined : (signal) => findInstrument(id, signal), [id]);
  const stored = useAnswer(id === undefined ? (signal) => client.getSymbols({}, { signal }) : undefined, [id]);
  if (id === undefined) {
    if (stored.value !== undefined) return <ChooseSeries instruments={stored.value.symbols} />;
    return stored.error === undefined ? (
      <p class="unseen">Loading</p>
    ) : (
      <Problem error={stored.error} onRetry={stored.reload} />
    );
  }
  const { value, error, reload } = instrument;
  if (value?.instrumentId === id) return <SeriesChart key={id} instrument={value} onStored={reload} />;
  return error === undefined ? <p class="unseen">Loading</p> : <Problem error={error} onRetry={reload} />;
}

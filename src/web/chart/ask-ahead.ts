import { keepAhead } from '../ahead.ts';
import { parameters, path } from '../routes.ts';
import {
  askInstrument,
  askSpan,
  finestHeld,
  instrumentQuestion,
  spanQuestion,
  spansOf,
  type Instrument,
} from './chart-data.ts';
import { levelFor } from './level.ts';
import { tilesOver, type Tile } from './tiles.ts';
import { firstSpan, isOfBars } from './view.ts';
import { viewOf, type ChartView } from './view-link.ts';

/** The chart is begun with its bars if they are there so soon, and then drawn once. */
const WAIT_MS = 150;

/** Asks for what the link is about while the page is still made. What is asked for in vain costs a request. */
export function askForFirstView(): void {
  const view = viewOf(parameters.value);
  const { instrumentId } = view;
  if (path.value === '/' && instrumentId !== undefined)
    keepAhead(instrumentQuestion(instrumentId), askFor(instrumentId, view));
}

async function askFor(instrumentId: string, view: ChartView): Promise<Instrument> {
  const instrument = await askInstrument(instrumentId);
  const { align, asOf } = view;
  const series = { instrumentId, align, asOf };
  const bars = tilesOf(instrument, view).map((tile) => {
    const answer = askSpan(series, tile);
    keepAhead(spanQuestion(series, tile), answer);
    return answer;
  });
  await Promise.race([Promise.allSettled(bars), new Promise((resolve) => setTimeout(resolve, WAIT_MS))]);
  return instrument;
}

/** The pieces that the chart wants first. */
function tilesOf(instrument: Instrument, { align, interval, sight }: ChartView): Tile[] {
  const chosen = interval ?? finestHeld(instrument);
  const spans = spansOf(instrument, chosen, align, Date.now());
  if (spans === undefined) return [];
  const isOpenAlways = instrument.schedule === '24x7';
  const span = firstSpan(sight, chosen, isOpenAlways, spans.stored.to);
  const widest = { spanMs: span.to - span.from, widthPx: innerWidth };
  const level = isOfBars(sight) ? chosen : levelFor(chosen, widest, undefined, () => 1);
  return tilesOver(span, level, isOpenAlways, { ...spans.within, to: Math.min(spans.within.to, Date.now()) });
}

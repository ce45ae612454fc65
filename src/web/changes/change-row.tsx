import type { JSX } from 'preact';
import { grouped } from '../format/number.ts';
import { seriesNamed, seriesText } from '../format/series.ts';
import { openTimeText } from '../format/series-time.ts';
import { timeText } from '../format/time.ts';
import { Button } from '../parts/button.tsx';
import { Badge } from '../parts/told.tsx';
import { chartLink } from '../routes.ts';
import { shownZone } from '../settings.ts';
import type { Change } from './change-list.ts';

interface ChangeRowProps {
  readonly change: Change;
  /** The zone of an instrument's hours, as far as it is known. */
  readonly zoneOf: (instrumentId: string) => string | null;
  readonly onOpen: (change: Change) => void;
}

export function ChangeRow({ change, zoneOf, onOpen }: ChangeRowProps): JSX.Element {
  const { series, from, to, inserted, changed, deleted, providers, at } = change;
  const name = seriesNamed(series);
  const exchangeZone = zoneOf(name.instrumentId);
  return (
    <div class="change-row">
      <time class="change-at" dateTime={at}>
        {timeText(at, shownZone(exchangeZone), 'second')}
      </time>
      <a class="change-series" href={chartLink(name.instrumentId, name.interval, { align: name.align, at: from })}>
        {seriesText(name)}
      </a>
      <time class="change-from" dateTime={from}>
        {openTimeText(from, name.interval, exchangeZone)}
      </time>
      <time class="change-to" dateTime={to}>
        {openTimeText(to, name.interval, exchangeZone)}
      </time>
      <span class="change-counts">
        {inserted > 0 && <Badge tone="good">{grouped(inserted)} inserted</Badge>}
        {changed > 0 && <Badge tone="warn">{grouped(changed)} changed</Badge>}
        {deleted > 0 && <Badge tone="bad">{grouped(deleted)} deleted</Badge>}
      </span>
      <span class="change-providers">{providers.join(', ')}</span>
      <span class="change-do">
        {changed > 0 && (
          <Button
            kind="quiet"
            label={`Old and new values of ${seriesText(name)}`}
            title="Old and new values"
            onClick={() => onOpen(change)}
          >
            Old and new
          </Button>
        )}
      </span>
    </div>
  );
}

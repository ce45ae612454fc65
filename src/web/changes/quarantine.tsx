import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Answer } from '../../client/index.ts';
import { client } from '../client.ts';
import { grouped } from '../format/number.ts';
import { seriesText, type SeriesName } from '../format/series.ts';
import { isOfDays } from '../format/series-time.ts';
import { timeText } from '../format/time.ts';
import { Button } from '../parts/button.tsx';
import { TextField } from '../parts/field.tsx';
import { Table } from '../parts/table.tsx';
import { Empty, Problem } from '../parts/told.tsx';
import { chartLink, keepInLink, parameters } from '../routes.ts';
import { shownZone } from '../settings.ts';
import { useAnswer } from '../use-answer.ts';
import { useTimeZones } from './use-time-zones.ts';
import { rejectionText, sentValues } from './rejection.ts';

type RejectedBar = Answer<'getQuarantine'>['bars'][number];

const PAGE = 100;

/** Rejected bars as they stand today, the newest first. */
export function Quarantine(): JSX.Element {
  const { instrument = '' } = parameters.value;
  const instrumentId = instrument.includes(':') ? instrument : undefined;
  const question = { instrumentId, limit: PAGE };
  const { value, error, reload } = useAnswer((signal) => client.getQuarantine(question, { signal }), [instrumentId]);
  const [older, setOlder] = useState<readonly RejectedBar[]>([]);
  const [next, setNext] = useState<string | null>();
  useEffect(() => {
    setOlder([]);
    setNext(undefined);
  }, [value]);
  const cursor = next === undefined ? value?.nextCursor : next;
  async function loadOlder(from: string): Promise<void> {
    const page = await client.getQuarantine({ ...question, cursor: from });
    setOlder([...older, ...page.bars]);
    setNext(page.nextCursor);
  }
  const bars = [...(value?.bars ?? []), ...older];
  const zoneOf = useTimeZones();
  return (
    <>
      <div class="row change-fields">
        <TextField
          label="Instrument"
          type="search"
          placeholder="EXCHANGE:SYMBOL"
          value={instrument}
          onChange={(text) => keepInLink({ instrument: text === '' ? undefined : text })}
        />
        <Button onClick={reload}>Look again</Button>
        <p class="soft change-state" role="status">
          {value === undefined
            ? 'Loading'
            : `${grouped(bars.length)} ${typeof cursor === 'string' ? 'rejected bars loaded' : 'rejected bars'}`}
        </p>
      </div>
      {error !== undefined && <Problem error={error} onRetry={reload} />}
      {value !== undefined && bars.length === 0 && (
        <Empty title="No bar is in quarantine">
          <p>Bars that contradict themselves, or that no interval can have, are kept here and never stored.</p>
        </Empty>
      )}
      {bars.length > 0 && (
        <Table
          caption="Rejected bars, the newest first"
          rows={bars}
          keyOf={({ id }) => id}
          columns={[
            {
              title: 'Rejected',
              cell: ({ rejectedAt, instrumentId: id }) => <Time at={rejectedAt} zone={shownZone(zoneOf(id))} />,
              isName: true,
            },
            { title: 'Series', cell: (bar) => <SeriesLink {...bar} /> },
            {
              title: 'Bar',
              cell: ({ openTime, interval, instrumentId: id }) =>
                openTime === null ? (
                  '–'
                ) : (
                  // Of a time that no bar of days can have, all is shown.
                  <Time at={openTime} zone={isOfDays(interval) ? 'UTC' : shownZone(zoneOf(id))} />
                ),
            },
            { title: 'Provider', cell: ({ provider }) => provider },
            { title: 'Reason', cell: (bar) => <Reason {...bar} /> },
            { title: 'As it was sent', cell: ({ sent }) => <Sent sent={sent} /> },
          ]}
        />
      )}
      {typeof cursor === 'string' && (
        <p>
          <Button onClick={() => loadOlder(cursor)}>Load older ones</Button>
        </p>
      )}
    </>
  );
}

function SeriesLink({ instrumentId, interval, align, openTime }: RejectedBar): JSX.Element {
  const name = { instrumentId, interval, align } as SeriesName;
  return <a href={chartLink(instrumentId, interval, { align, at: openTime ?? undefined })}>{seriesText(name)}</a>;
}

function Time({ at, zone }: { at: string; zone: string }): JSX.Element {
  return (
    <time class="nowrap" dateTime={at}>
      {timeText(at, zone, 'second')}
    </time>
  );
}

function Reason({ code, message }: RejectedBar): JSX.Element {
  return (
    <div class="reason">
      {rejectionText(code)} <span class="soft reason-detail">{message}</span>
    </div>
  );
}

function Sent({ sent }: { sent: string }): JSX.Element {
  const values = sentValues(sent);
  if (values === undefined) return <code class="sent">{sent}</code>;
  return (
    <dl class="sent">
      {values.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

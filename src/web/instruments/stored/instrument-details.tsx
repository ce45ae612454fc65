import type { JSX } from 'preact';
import { PocketQuantProblem } from '../../../client/index.ts';
import { client } from '../../client.ts';
import { grouped, shareText } from '../../format/number.ts';
import { timeText } from '../../format/time.ts';
import { Button } from '../../parts/button.tsx';
import { Table } from '../../parts/table.tsx';
import { Empty, Problem } from '../../parts/told.tsx';
import { chartLink, keepInLink, linkTo, parameters } from '../../routes.ts';
import { shownZone } from '../../settings.ts';
import { useAnswer } from '../../use-answer.ts';
import { useFollow } from '../../use-follow.ts';
import { isOfDays, openTimeText } from '../../format/series-time.ts';
import { useLookingAfter } from '../../use-looking.ts';
import { DeleteInstrument } from './delete-instrument.tsx';
import { EditInstrument } from './edit-instrument.tsx';
import { ExportBars } from './export-bars.tsx';
import { seriesText, type Instrument } from './known-instrument.ts';
import { LiveBars } from './live-bars.tsx';
import { TrackedSeries } from './tracked-series.tsx';
import './stored.css';

/** One instrument: what is declared and stored of it, and what is done for it. */
export function InstrumentDetails({ instrumentId }: { instrumentId: string }): JSX.Element {
  const { value, error, reload } = useAnswer((signal) => client.getSymbol({ instrumentId }, { signal }), []);
  if (value === undefined)
    return error === undefined ? (
      <p class="soft">Loading</p>
    ) : (
      <Missing instrumentId={instrumentId} error={error} onRetry={reload} />
    );
  return <Details instrument={value} onChanged={reload} />;
}

interface MissingProps {
  readonly instrumentId: string;
  readonly error: unknown;
  readonly onRetry: () => void;
}

function Missing({ instrumentId, error, onRetry }: MissingProps): JSX.Element {
  if (!(error instanceof PocketQuantProblem) || error.status !== 404)
    return <Problem error={error} onRetry={onRetry} />;
  async function register(): Promise<void> {
    await client.registerSymbol({ instrumentId });
    onRetry();
  }
  return (
    <Empty title={`Nothing is known of ${instrumentId}`}>
      <p>Add it to say when it trades, to follow a provider, or to import its bars.</p>
      <div class="row">
        <Button kind="primary" onClick={register}>
          Add {instrumentId}
        </Button>
        <a href={linkTo('/instruments')}>All instruments</a>
      </div>
    </Empty>
  );
}

interface DetailsProps {
  readonly instrument: Instrument;
  readonly onChanged: () => void;
}

function Details({ instrument, onChanged }: DetailsProps): JSX.Element {
  const { instrumentId, name } = instrument;
  const { edit, remove } = parameters.value;
  const onChange = useLookingAfter(onChanged);
  useFollow(['changes'], (event) => {
    if (event.type === 'change' && event.change.series.startsWith(`${instrumentId}/`)) onChange();
  });
  return (
    <>
      <header class="row details-head">
        <div class="grow">
          <p>
            <a href={linkTo('/instruments')}>All instruments</a>
          </p>
          <h2>{instrumentId}</h2>
          {name !== null && <p class="soft">{name}</p>}
        </div>
        <Button
          onClick={() => keepInLink({ edit: edit === undefined ? 'yes' : undefined })}
          isPressed={edit !== undefined}
        >
          Edit
        </Button>
        <Button onClick={() => keepInLink({ remove: 'yes' })}>Delete</Button>
      </header>
      {edit === undefined ? (
        <Declared instrument={instrument} />
      ) : (
        <EditInstrument
          instrument={instrument}
          onEnd={() => {
            keepInLink({ edit: undefined });
            onChanged();
          }}
        />
      )}
      <section class="stack">
        <h2>Stored bars</h2>
        <SeriesTable instrument={instrument} />
      </section>
      <TrackedSeries instrument={instrument} />
      <LiveBars instrument={instrument} />
      {instrument.series.length > 0 && <ExportBars instrument={instrument} />}
      {remove !== undefined && (
        <DeleteInstrument instrument={instrument} onClose={() => keepInLink({ remove: undefined })} />
      )}
    </>
  );
}

function Declared({ instrument }: { instrument: Instrument }): JSX.Element {
  const { assetType, currency, schedule, timeZone, sessions, priceDecimals, listedFrom, listedTo, aliases } =
    instrument;
  const zone = shownZone(timeZone);
  const listed = [
    ...(listedFrom === null ? [] : [`from ${timeText(listedFrom, zone)}`]),
    ...(listedTo === null ? [] : [`to ${timeText(listedTo, zone)}`]),
  ].join(' ');
  const facts = [
    ['Kind', assetType],
    ['Currency', currency],
    ['Schedule', schedule ?? (timeZone === null ? 'not known: what is missing cannot be told' : "the exchange's")],
    ['Time zone', timeZone],
    ['Sessions', sessions === 'extended' ? 'extended hours too' : 'regular'],
    ['Decimals', priceDecimals === null ? null : String(priceDecimals)],
    ['Listed', listed],
    ['Other names', aliases.join(', ')],
  ] as const;
  return (
    <dl class="facts">
      {facts
        .filter(([, text]) => text !== null && text !== '')
        .map(([term, text]) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd>{text}</dd>
          </div>
        ))}
    </dl>
  );
}

function SeriesTable({ instrument }: { instrument: Instrument }): JSX.Element {
  const { instrumentId, series, timeZone } = instrument;
  const zone = series.every(({ interval }) => isOfDays(interval)) ? '' : ` (${shownZone(timeZone)})`;
  return (
    <Table
      caption="Stored series"
      rows={series}
      keyOf={seriesText}
      whenEmpty="None yet: track a series below, subscribe to live bars, or import a file."
      columns={[
        {
          title: 'Interval',
          cell: (one) => <a href={chartLink(instrumentId, one.interval, { align: one.align })}>{seriesText(one)}</a>,
          isName: true,
        },
        {
          title: `First${zone}`,
          cell: ({ first, interval }) =>
            first !== null && <span class="nowrap">{openTimeText(first, interval, timeZone)}</span>,
        },
        {
          title: `Last${zone}`,
          cell: ({ last, interval }) =>
            last !== null && <span class="nowrap">{openTimeText(last, interval, timeZone)}</span>,
        },
        { title: 'Bars', cell: ({ count }) => grouped(count), isNumber: true },
        { title: 'Final', cell: ({ count, finalCount }) => shareText(finalCount, count), isNumber: true },
        { title: 'Providers', cell: ({ providers }) => providers.join(', ') },
      ]}
    />
  );
}

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Answer } from '../../../client/index.ts';
import { client } from '../../client.ts';
import { timeText } from '../../format/time.ts';
import { Button } from '../../parts/button.tsx';
import { CheckField, SelectField, TextField } from '../../parts/field.tsx';
import { notify, notifyOfError } from '../../parts/notices.tsx';
import { Table } from '../../parts/table.tsx';
import { Badge, Problem, type Tone } from '../../parts/told.tsx';
import { chartLink, linkTo } from '../../routes.ts';
import { shownZone } from '../../settings.ts';
import { useAnswer } from '../../use-answer.ts';
import { useFollow } from '../../use-follow.ts';
import { isBelowDay, isInterval } from '../../intervals.ts';
import { openTimeText } from '../../format/series-time.ts';
import { seriesText, type Instrument } from './known-instrument.ts';

type Status = Answer<'getSyncStatusOf'>['series'][number];
type Provider = Answer<'getProviders'>['providers'][number];

const STATES: Readonly<Record<string, readonly [text: string, tone: Tone]>> = {
  waiting: ['Waits for its turn', 'plain'],
  syncing: ['Is being fetched', 'plain'],
  completed: ['Up to date', 'good'],
  incomplete: ['Parts are missing', 'warn'],
  failed: ['Failed', 'bad'],
  cancelled: ['Cancelled', 'warn'],
};
const DAY_MS = 86_400_000;

/** The series that are fetched, and fetched again after each close of their market. */
export function TrackedSeries({ instrument }: { instrument: Instrument }): JSX.Element {
  const { instrumentId, timeZone } = instrument;
  const { value, error, reload } = useAnswer((signal) => client.getSyncStatusOf({ instrumentId }, { signal }), []);
  useFollow(['jobs'], (event) => {
    if (event.type === 'subscribed' || (event.type === 'job' && event.job.instrumentId === instrumentId)) reload();
  });
  async function untrack({ interval, align }: Status): Promise<void> {
    if (isInterval(interval)) await client.untrackSeries({ instrumentId, interval, align });
    reload();
  }
  const zone = shownZone(timeZone);
  return (
    <section class="stack" aria-label="Tracked series">
      <h2>Kept up to date</h2>
      {error !== undefined && <Problem error={error} onRetry={reload} />}
      <Table
        caption="Tracked series"
        rows={value?.series ?? []}
        keyOf={({ series }) => series}
        whenEmpty="No series is tracked. One that is tracked is fetched now, and again each time its market has closed."
        columns={[
          {
            title: 'Interval',
            cell: (one) => <a href={chartLink(instrumentId, one.interval, { align: one.align })}>{seriesText(one)}</a>,
            isName: true,
          },
          { title: 'Provider', cell: ({ provider }) => provider },
          {
            title: 'Since',
            cell: ({ from, interval }) => <span class="nowrap">{openTimeText(from, interval, timeZone)}</span>,
          },
          { title: 'State', cell: (one) => <StateShown status={one} /> },
          {
            title: 'Ended',
            cell: ({ endedAt }) => endedAt !== null && <span class="nowrap">{timeText(endedAt, zone)}</span>,
          },
          { title: 'Job', cell: ({ jobId }) => <a href={linkTo('/jobs', { job: jobId })}>Account</a> },
          { title: 'Change', cell: (one) => <Button onClick={() => untrack(one)}>Untrack</Button> },
        ]}
      />
      <details class="fold">
        <summary>Track a series</summary>
        <TrackForm instrumentId={instrumentId} onTracked={reload} />
      </details>
    </section>
  );
}

function StateShown({ status: { state, error } }: { status: Status }): JSX.Element {
  const [text, tone] = STATES[state] ?? [state, 'plain'];
  return (
    <>
      <Badge tone={tone}>{text}</Badge> {error !== null && <span>{error.message}</span>}
    </>
  );
}

interface TrackFormProps {
  readonly instrumentId: string;
  readonly onTracked: () => void;
}

function TrackForm({ instrumentId, onTracked }: TrackFormProps): JSX.Element {
  const providers = useAnswer((signal) => client.getProviders({}, { signal }), []);
  const able = (providers.value?.providers ?? []).filter(({ intervals }) => intervals.length > 0);
  const [wanted, setWanted] = useState({ provider: '', interval: '1d', from: '', isBySession: false });
  const provider = able.find(({ name }) => name === wanted.provider) ?? ownProvider(instrumentId, able);
  const intervals = provider?.intervals ?? [];
  const named = intervals.includes(wanted.interval) ? wanted.interval : intervals.at(-1);
  const interval = isInterval(named) ? named : undefined;
  const from = wanted.from === '' ? daysAgo(interval === undefined || !isBelowDay(interval) ? 365 : 30) : wanted.from;
  const canBySession = interval !== undefined && (provider?.sessionIntervals.includes(interval) ?? false);

  async function track(): Promise<void> {
    if (provider === undefined || interval === undefined) return;
    try {
      const align = canBySession && wanted.isBySession ? 'session' : undefined;
      const job = await client.syncBars({ instrumentId, interval, provider: provider.name, from, align });
      notify({
        tone: 'good',
        text: `${instrumentId} ${interval} is tracked.`,
        link: { text: 'Its first job', href: linkTo('/jobs', { job: job.id }) },
      });
      onTracked();
    } catch (error) {
      notifyOfError(error);
    }
  }

  return (
    <form
      class="stack"
      aria-label="Track a series"
      onSubmit={(event) => {
        event.preventDefault();
        void track();
      }}
    >
      {providers.error !== undefined && <Problem error={providers.error} onRetry={providers.reload} />}
      <div class="fields">
        <SelectField
          label="Provider"
          value={provider?.name ?? ''}
          options={[
            ...(provider === undefined ? [{ value: '', text: 'Choose one' }] : []),
            ...able.map(({ name }) => ({ value: name, text: name })),
          ]}
          onChange={(name) => setWanted({ ...wanted, provider: name })}
          {...(provider?.key === 'needed' && !provider.hasKey ? { error: 'It needs a key, and has none' } : {})}
        />
        <SelectField
          label="Interval"
          value={interval ?? ''}
          options={intervals.map((one) => ({ value: one, text: one }))}
          onChange={(one) => setWanted({ ...wanted, interval: one })}
        />
        <TextField
          label="From"
          type="date"
          value={from}
          onChange={(day) => setWanted({ ...wanted, from: day })}
          isRequired
        />
        <div class="below-label">
          <Button type="submit" kind="primary" isDisabled={provider === undefined}>
            Track
          </Button>
        </div>
      </div>
      {canBySession && (
        <CheckField
          label="Bars that begin with trading, not on the UTC clock"
          isChecked={wanted.isBySession}
          onChange={(isBySession) => setWanted({ ...wanted, isBySession })}
        />
      )}
    </form>
  );
}

/** The one that is called as the exchange is. */
function ownProvider(instrumentId: string, providers: readonly Provider[]): Provider | undefined {
  const exchange = instrumentId.split(':', 1)[0]?.toLowerCase() ?? '';
  return providers.find(({ name }) => name.startsWith(exchange));
}

function daysAgo(days: number): string {
  return new Date(Date.now() - days * DAY_MS).toISOString().slice(0, 10);
}

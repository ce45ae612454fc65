import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Answer, BarInterval } from '../../../client/index.ts';
import { client } from '../../client.ts';
import { timeText } from '../../format/time.ts';
import { Button } from '../../parts/button.tsx';
import { CheckField, SelectField } from '../../parts/field.tsx';
import { notifyOfError } from '../../parts/notices.tsx';
import { Table } from '../../parts/table.tsx';
import { Badge, Problem } from '../../parts/told.tsx';
import { chartLink } from '../../routes.ts';
import { shownZone } from '../../settings.ts';
import { useAnswer } from '../../use-answer.ts';
import { INTERVALS } from '../../intervals.ts';
import { feedText } from '../providers/provider-words.ts';
import { useLooking } from '../../use-looking.ts';
import type { Instrument } from './known-instrument.ts';

type Subscription = Answer<'getSubscriptions'>['subscriptions'][number];
type Feed = Answer<'getFeeds'>['feeds'][number];

const LOOK_EACH_MS = 2_000;

/** What live data bars are made of, and by which feed. */
export function LiveBars({ instrument }: { instrument: Instrument }): JSX.Element {
  const { instrumentId, timeZone } = instrument;
  const { value, error, reload } = useAnswer(
    async (signal) => {
      const [{ subscriptions }, { feeds }, { providers }] = await Promise.all([
        client.getSubscriptions({}, { signal }),
        client.getFeeds({}, { signal }),
        client.getProviders({}, { signal }),
      ]);
      return { subscriptions, feeds, providers };
    },
    [instrumentId],
  );
  const own = (value?.subscriptions ?? []).filter((one) => one.instrumentId === instrumentId);
  const feedOf = (provider: string): Feed | undefined => value?.feeds.find((feed) => feed.provider === provider);
  useLooking(reload, own.length > 0 ? LOOK_EACH_MS : undefined);

  async function unsubscribe({ id }: Subscription): Promise<void> {
    await client.unsubscribe({ id });
    reload();
  }
  async function start(provider: string): Promise<void> {
    await client.startFeed({ provider });
    reload();
  }

  const zone = shownZone(timeZone);
  const live = (value?.providers ?? []).filter((provider) => provider.live !== null).map(({ name }) => name);
  return (
    <section class="stack" aria-label="Live bars">
      <h2>Live bars</h2>
      {error !== undefined && <Problem error={error} onRetry={reload} />}
      <Table
        caption="Live subscriptions"
        rows={own}
        keyOf={({ id }) => id}
        whenEmpty="Not subscribed. Bars of live data are made while a feed runs, and joined to history."
        columns={[
          { title: 'Provider', cell: ({ provider }) => provider, isName: true },
          {
            title: 'Intervals',
            cell: ({ intervals }) => (
              <ul class="pairs">
                {intervals.map((interval) => (
                  <li key={interval}>
                    <a href={chartLink(instrumentId, interval)}>{interval}</a>
                  </li>
                ))}
              </ul>
            ),
          },
          { title: 'Feed', cell: (one) => <FeedShown feed={feedOf(one.provider)} subscription={one} /> },
          {
            title: 'Heard',
            cell: ({ provider }) => {
              const fed = feedOf(provider)?.instruments.find((one) => one.instrumentId === instrumentId);
              const heardAt = fed?.heardAt ?? null;
              return heardAt !== null && <span class="nowrap">{timeText(heardAt, zone, 'second')}</span>;
            },
          },
          {
            title: 'Change',
            cell: (one) => (
              <div class="row">
                {feedOf(one.provider)?.state === 'stopped' && (
                  <Button onClick={() => start(one.provider)}>Start the feed</Button>
                )}
                <Button onClick={() => unsubscribe(one)}>Unsubscribe</Button>
              </div>
            ),
          },
        ]}
      />
      <details class="fold">
        <summary>Subscribe to live bars</summary>
        <SubscribeForm instrumentId={instrumentId} providers={live} onSubscribed={reload} />
      </details>
    </section>
  );
}

interface FeedShownProps {
  readonly feed: Feed | undefined;
  readonly subscription: Subscription;
}

function FeedShown({ feed, subscription: { instrumentId, refused } }: FeedShownProps): JSX.Element {
  const { text, tone } = feedText(feed?.state ?? 'stopped');
  const isStale = feed?.instruments.some((one) => one.instrumentId === instrumentId && one.isStale) ?? false;
  return (
    <>
      <Badge tone={tone}>{text}</Badge> {isStale && <Badge tone="warn">Stale</Badge>} {refused?.message}
    </>
  );
}

interface SubscribeFormProps {
  readonly instrumentId: string;
  readonly providers: readonly string[];
  readonly onSubscribed: () => void;
}

function SubscribeForm({ instrumentId, providers, onSubscribed }: SubscribeFormProps): JSX.Element {
  const [provider, setProvider] = useState('');
  const [intervals, setIntervals] = useState<readonly BarInterval[]>(['1m']);

  async function subscribe(): Promise<void> {
    try {
      const { provider: named } = await client.subscribe({
        instrumentId,
        intervals,
        ...(provider === '' ? {} : { provider }),
      });
      await client.startFeed({ provider: named });
      onSubscribed();
    } catch (error) {
      notifyOfError(error);
    }
  }

  return (
    <form
      class="stack"
      aria-label="Subscribe to live bars"
      onSubmit={(event) => {
        event.preventDefault();
        void subscribe();
      }}
    >
      <div class="fields">
        <SelectField
          label="Provider"
          value={provider}
          options={[
            { value: '', text: "The exchange's own" },
            ...providers.map((name) => ({ value: name, text: name })),
          ]}
          onChange={setProvider}
        />
      </div>
      <fieldset class="checks">
        <legend>Intervals</legend>
        {INTERVALS.map((interval) => (
          <CheckField
            key={interval}
            label={interval}
            isChecked={intervals.includes(interval)}
            onChange={(isChecked) =>
              setIntervals(INTERVALS.filter((one) => (one === interval ? isChecked : intervals.includes(one))))
            }
          />
        ))}
      </fieldset>
      <div class="row">
        <Button type="submit" kind="primary" isDisabled={intervals.length === 0}>
          Subscribe, and start the feed
        </Button>
      </div>
    </form>
  );
}

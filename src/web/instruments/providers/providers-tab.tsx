import type { JSX } from 'preact';
import { client } from '../../client.ts';
import { grouped } from '../../format/number.ts';
import { spanText, timeText } from '../../format/time.ts';
import { Button } from '../../parts/button.tsx';
import { Badge, Problem } from '../../parts/told.tsx';
import { linkTo } from '../../routes.ts';
import { shownZone } from '../../settings.ts';
import { useAnswer } from '../../use-answer.ts';
import { useLooking } from '../../use-looking.ts';
import {
  basisText,
  feedText,
  keyText,
  keyVariables,
  readinessText,
  type Feed,
  type Provider,
} from './provider-words.ts';
import './providers.css';

const LOOK_EACH_MS = 2_000;

/** Where bars come from: what each provider can do, and how it does. */
export function ProvidersTab(): JSX.Element {
  const settings = useAnswer((signal) => client.getConfiguration({}, { signal }), []);
  const { value, error, reload } = useAnswer(async (signal) => {
    const [{ providers }, { feeds }] = await Promise.all([
      client.getProviders({}, { signal }),
      client.getFeeds({}, { signal }),
    ]);
    return { providers, feeds };
  }, []);
  useLooking(reload, LOOK_EACH_MS);

  if (value === undefined)
    return error === undefined ? <p class="soft">Loading</p> : <Problem error={error} onRetry={reload} />;
  return (
    <>
      {error !== undefined && <Problem error={error} />}
      <ul class="providers" aria-label="Providers">
        {value.providers.map((provider) => (
          <li key={provider.name}>
            <ProviderShown
              provider={provider}
              feed={value.feeds.find((feed) => feed.provider === provider.name)}
              variables={keyVariables(provider.name, settings.value?.settings ?? [])}
              onChanged={reload}
            />
          </li>
        ))}
      </ul>
    </>
  );
}

interface ProviderShownProps {
  readonly provider: Provider;
  readonly feed: Feed | undefined;
  readonly variables: readonly string[];
  readonly onChanged: () => void;
}

function ProviderShown({ provider, feed, variables, onChanged }: ProviderShownProps): JSX.Element {
  const { name, isSynthetic, basis, intervals, sessionIntervals, hasSearch, hasCorporateActions, live, state } =
    provider;
  const zone = shownZone();
  const ready = readinessText(provider, (at) => timeText(at, zone, 'second'));
  const has = [
    ...(hasSearch ? ['search'] : []),
    ...(hasCorporateActions ? ['splits and dividends'] : []),
    ...(live === null ? [] : [`live ${live}`]),
  ];
  return (
    <article class="provider">
      <header class="row">
        <h2>{name}</h2>
        {isSynthetic && <Badge tone="warn">Made up</Badge>}
        <span class="grow" />
        <Badge tone={ready.tone}>{ready.text}</Badge>
      </header>
      <dl class="facts">
        <Fact term="History">{intervals.length === 0 ? 'none' : intervals.join(' ')}</Fact>
        {sessionIntervals.length > 0 && <Fact term="With trading">{sessionIntervals.join(' ')}</Fact>}
        <Fact term="Also">{has.length === 0 ? 'nothing else' : has.join(', ')}</Fact>
        <Fact term="Prices">{basisText(basis)}</Fact>
        <Fact term="Key">{keyText(provider, variables)}</Fact>
        {state?.room && <Fact term="Limit">{roomText(state.room)}</Fact>}
        {state !== null && <Fact term="Queue">{queueText(state.queued)}</Fact>}
        {state?.clock === 'skewed' && (
          <Fact term="Clock">
            {spanText(Math.abs(state.clockSkewMs ?? 0))} apart from this machine's; the provider's decides
          </Fact>
        )}
      </dl>
      {live !== null && <FeedShown provider={name} feed={feed} onChanged={onChanged} />}
    </article>
  );
}

function roomText({ windowMs, most, left }: NonNullable<NonNullable<Provider['state']>['room']>): string {
  return `${grouped(left)} of ${grouped(most)} requests left in ${spanText(windowMs)}`;
}

function queueText(queued: number): string {
  if (queued === 0) return 'no request waits';
  return queued === 1 ? '1 request waits' : `${grouped(queued)} requests wait`;
}

function Fact({ term, children }: { term: string; children: JSX.Element['props']['children'] }): JSX.Element {
  return (
    <div>
      <dt>{term}</dt>
      <dd>{children}</dd>
    </div>
  );
}

interface FeedShownProps {
  readonly provider: string;
  readonly feed: Feed | undefined;
  readonly onChanged: () => void;
}

function FeedShown({ provider, feed, onChanged }: FeedShownProps): JSX.Element {
  const zone = shownZone();
  const { state = 'stopped', heardAt = null, error = null, instruments = [] } = feed ?? {};
  const { text, tone } = feedText(state);
  const stale = instruments.filter(({ isStale }) => isStale);
  const refused = instruments.filter((one) => one.refused !== null);

  async function change(): Promise<void> {
    await (state === 'stopped' ? client.startFeed({ provider }) : client.stopFeed({ provider }));
    onChanged();
  }

  return (
    <section class="provider-feed" aria-label={`Feed of ${provider}`}>
      <div class="row">
        <h3>Feed</h3>
        <Badge tone={tone}>{text}</Badge>
        <span class="grow" />
        <Button onClick={change}>{state === 'stopped' ? 'Start' : 'Stop'}</Button>
      </div>
      <p class="soft">
        {instruments.length === 0 ? 'Nothing is subscribed to.' : `${grouped(instruments.length)} subscribed to.`}
        {heardAt !== null && ` Heard at ${timeText(heardAt, zone, 'second')}.`}
      </p>
      <Named instruments={stale} text="Stale: nothing came in for a minute while the market is open:" />
      <Named instruments={refused} text="Refused by the provider:" />
      {error !== null && (
        <p class="soft">
          Last trouble, {timeText(error.at, zone, 'second')}: {error.message}
        </p>
      )}
    </section>
  );
}

function Named({ instruments, text }: { instruments: Feed['instruments']; text: string }): JSX.Element | null {
  if (instruments.length === 0) return null;
  return (
    <p>
      {text}{' '}
      {instruments.map(({ instrumentId, refused }) => (
        <span key={instrumentId}>
          <a href={linkTo('/instruments', { id: instrumentId })}>{instrumentId}</a>
          {refused !== null && ` (${refused.message})`}{' '}
        </span>
      ))}
    </p>
  );
}

import type { ComponentChildren, JSX } from 'preact';
import type { Answer } from '../../client/index.ts';
import { client } from '../client.ts';
import { bytesText, grouped, shareText } from '../format/number.ts';
import { spanText, timeText } from '../format/time.ts';
import { SelectField } from '../parts/field.tsx';
import { Table, type Column } from '../parts/table.tsx';
import { Badge, Problem } from '../parts/told.tsx';
import { shownZone, themeChoice, THEMES, zoneChoice, ZONES } from '../settings.ts';
import { useAnswer } from '../use-answer.ts';
import { findingsOf, type Health } from './findings.ts';
import { Trends } from './trends.tsx';
import { useReadings } from './use-readings.ts';
import type { Reading } from './vital-signs.ts';
import './system.css';

const HEALTH_EACH_READINGS = 5;

/** How the server does, what it runs with, and what it is made of. */
export function SystemPage(): JSX.Element {
  const readings = useReadings();
  const newest = readings.at(-1);
  // Readings are numbered by their time: health is asked again with every fifth of them.
  const turn = newest === undefined ? 0 : Math.floor(newest.at / (HEALTH_EACH_READINGS * 2_000));
  const health = useAnswer((signal) => client.getHealth({}, { signal }), [turn]);
  const configuration = useAnswer((signal) => client.getConfiguration({}, { signal }), []);
  const settings = configuration.value?.settings;
  return (
    <div class="sheet">
      <header>
        <h1>System</h1>
      </header>
      {health.value === undefined ? (
        health.error !== undefined && <Problem error={health.error} onRetry={health.reload} />
      ) : (
        <>
          <State health={health.value} />
          <Facts health={health.value} newest={newest} settings={settings ?? []} />
        </>
      )}
      <Trends readings={readings} />
      <section class="stack" aria-labelledby="configuration">
        <h2 id="configuration">Configuration</h2>
        <p class="soft">
          As it is in force. Environment variables set it when the server starts; keys are never shown.
        </p>
        {settings === undefined ? (
          configuration.error !== undefined && <Problem error={configuration.error} onRetry={configuration.reload} />
        ) : (
          <Table caption="Configuration" columns={SETTINGS} rows={settings} keyOf={({ variable }) => variable} />
        )}
      </section>
      <ThisBrowser />
      <About />
    </div>
  );
}

function State({ health }: { health: Health }): JSX.Element {
  const zone = shownZone();
  const findings = findingsOf(health, (at) => `${timeText(at, zone, 'second')} ${zone}`);
  return (
    <section class="state" aria-label="Health" aria-live="polite">
      {findings.length === 0 ? (
        <p>
          <Badge tone="good">OK</Badge> All is well.
        </p>
      ) : (
        <ul>
          {findings.map(({ tone, text, advice }) => (
            <li key={text} class={tone}>
              <p>{text}.</p>
              <p class="soft">{advice}</p>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

type Setting = Answer<'getConfiguration'>['settings'][number];

interface FactsProps {
  readonly health: Health;
  readonly newest: Reading | undefined;
  readonly settings: readonly Setting[];
}

const UNKNOWN = '–';
const SHARED = { off: 'in this process', up: 'in this process and in Redis', down: 'in this process' } as const;

function Facts({ health, newest, settings }: FactsProps): JSX.Element {
  const { version, uptimeSeconds, checks, storage, cache, clock } = health;
  const zone = shownZone();
  const database = checks.find(({ name }) => name === 'database');
  const mostClients = settings.find(({ variable }) => variable === 'POCKETQUANT_STREAM_CLIENTS')?.value;
  const stored = (told: (known: NonNullable<typeof storage>) => string): string =>
    storage === null ? 'cannot be told now' : told(storage);
  const jump = clock.lastJump;
  const asked = cache.hits + cache.misses;
  return (
    <dl class="system-facts">
      <Fact name="Version">
        PocketQuant {version}
        {newest?.nodeVersion !== undefined && `, Node ${newest.nodeVersion}`}
      </Fact>
      <Fact name="Runs for">{spanText(uptimeSeconds * 1_000)}</Fact>
      <Fact name="Database">{database?.detail ?? UNKNOWN}</Fact>
      <Fact name="On disk">{stored(({ bytes }) => bytesText(bytes))}</Fact>
      <Fact name="Stored">{stored(({ bars, series }) => `${grouped(bars)} bars in ${grouped(series)} series`)}</Fact>
      <Fact name="Cache">
        {asked === 0
          ? 'No page of bars was asked for yet'
          : `${shareText(cache.hits, asked)} of ${grouped(asked)} pages came from it`}
        ; {grouped(cache.entries)} kept, {bytesText(cache.bytes)}, {SHARED[cache.shared]}
      </Fact>
      <Fact name="Streams">
        {newest?.streamClients === undefined ? UNKNOWN : grouped(newest.streamClients)}
        {typeof mostClients === 'number' && ` of at most ${grouped(mostClients)}`} clients
      </Fact>
      <Fact name="Clock jumps">
        {grouped(clock.jumps)}
        {jump !== null && `, the last at ${timeText(jump.at, zone, 'second')} ${zone}`}
      </Fact>
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: ComponentChildren }): JSX.Element {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

const SETTINGS: readonly Column<Setting>[] = [
  { title: 'Environment variable', cell: ({ variable }) => <code>{variable}</code>, isName: true },
  { title: 'Value', cell: ({ value }) => (value === null ? <span class="soft">none</span> : String(value)) },
  {
    title: 'Set by',
    cell: ({ isDefault }) => (isDefault ? <span class="soft">default</span> : 'environment or command'),
  },
];

function ThisBrowser(): JSX.Element {
  return (
    <section class="stack" aria-labelledby="this-browser">
      <h2 id="this-browser">In this browser</h2>
      <div class="fields">
        <SelectField
          label="Times are written in"
          value={zoneChoice.value}
          options={ZONES}
          onChange={(zone) => (zoneChoice.value = zone)}
        />
        <SelectField
          label="Colours"
          value={themeChoice.value}
          options={THEMES}
          onChange={(theme) => (themeChoice.value = theme)}
        />
      </div>
    </section>
  );
}

function About(): JSX.Element {
  return (
    <section class="stack" aria-labelledby="about">
      <h2 id="about">About</h2>
      <ul class="links">
        <li>
          <a href="/docs">The HTTP API</a>, to read and to try
        </li>
        <li>
          <a href="/api/v1/openapi.json">Its OpenAPI document</a>
        </li>
        <li>
          <a href="/metrics">Metrics</a>, in the text format of Prometheus
        </li>
      </ul>
      <p class="soft">
        Charts are drawn by TradingView Lightweight Charts™, Copyright © 2026{' '}
        <a href="https://www.tradingview.com/" rel="noreferrer">
          TradingView, Inc.
        </a>
        , under the{' '}
        <a href="https://www.apache.org/licenses/LICENSE-2.0" rel="noreferrer">
          Apache License 2.0
        </a>
        .
      </p>
    </section>
  );
}

import type { JSX } from 'preact';
import { chartLink, go, linkTo } from '../routes.ts';
import { Button } from '../parts/button.tsx';
import { SAMPLE, storeSample } from './sample.ts';
import { SIMULATED, startSimulated } from './simulated.ts';
import './welcome.css';

/** What is shown while nothing is stored: three ways to get bars, each by one click. */
export function Welcome(): JSX.Element {
  return (
    <section class="welcome">
      <header>
        <h1>Nothing is stored yet</h1>
        <p class="soft">PocketQuant keeps bars and says what is missing and why. Begin with one of these.</p>
      </header>
      <ul>
        <li>
          <h2>Real bars</h2>
          <p>Three days of bitcoin in minutes, from October 2016. They come with PocketQuant; nothing is downloaded.</p>
          <Button kind="primary" onClick={showSample}>
            Store the sample
          </Button>
        </li>
        <li>
          <h2>A market that moves</h2>
          <p>
            A made-up market with a day of history, whose bars grow while you watch. It needs no network and no key.
          </p>
          <Button kind="primary" onClick={showSimulated}>
            Start the simulated market
          </Button>
        </li>
        <li>
          <h2>Your own file</h2>
          <p>CSV, JSON, Parquet, Arrow, packed or not. You see how it is read before anything is stored.</p>
          <Button kind="primary" onClick={() => go(linkTo('/instruments', { tab: 'import' }))}>
            Choose a file
          </Button>
        </li>
      </ul>
      <p class="soft">
        Or fetch history from a <a href={linkTo('/instruments', { tab: 'providers' })}>provider</a>.
      </p>
    </section>
  );
}

async function showSample(): Promise<void> {
  await storeSample();
  go(chartLink(SAMPLE.instrumentId, SAMPLE.interval));
}

async function showSimulated(): Promise<void> {
  await startSimulated();
  go(chartLink(SIMULATED.instrumentId, SIMULATED.interval));
}

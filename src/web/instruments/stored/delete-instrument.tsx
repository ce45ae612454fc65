import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { PocketQuantProblem } from '../../../client/index.ts';
import { client } from '../../client.ts';
import { grouped } from '../../format/number.ts';
import { Button } from '../../parts/button.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { TextField } from '../../parts/field.tsx';
import { notify } from '../../parts/notices.tsx';
import { go, linkTo } from '../../routes.ts';
import { isInterval } from '../../intervals.ts';
import type { Instrument } from './known-instrument.ts';

interface DeleteInstrumentProps {
  readonly instrument: Instrument;
  readonly onClose: () => void;
}

/** Deletes an instrument, and its bars if there are any, for good. */
export function DeleteInstrument({ instrument, onClose }: DeleteInstrumentProps): JSX.Element {
  const { instrumentId, series } = instrument;
  const [typed, setTyped] = useState('');
  const bars = series.reduce((sum, { count }) => sum + count, 0);
  const isSure = bars === 0 || typed.trim() === instrumentId;

  async function remove(): Promise<void> {
    await letGo(instrumentId);
    await deleteBarsOf(await client.getSymbol({ instrumentId }));
    await unregister(instrumentId);
    notify({ tone: 'good', text: `${instrumentId} is deleted.` });
    go(linkTo('/instruments'));
  }

  return (
    <Dialog
      title={`Delete ${instrumentId}`}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Keep it</Button>
          <Button kind="danger" isDisabled={!isSure} onClick={remove}>
            Delete for good
          </Button>
        </>
      }
    >
      <p>
        Tracking and live bars of {instrumentId} end, and what was declared of it is deleted
        {bars === 0
          ? '. It has no bars.'
          : `, and so are its ${grouped(bars)} bars with all their revisions. Nothing brings them back but their source.`}
      </p>
      {bars > 0 && (
        <TextField
          label={`Type ${instrumentId} to go on`}
          value={typed}
          onChange={setTyped}
          placeholder={instrumentId}
        />
      )}
    </Dialog>
  );
}

/** Ends what would bring bars of it again. */
async function letGo(instrumentId: string): Promise<void> {
  const { subscriptions } = await client.getSubscriptions();
  for (const one of subscriptions) if (one.instrumentId === instrumentId) await client.unsubscribe({ id: one.id });
  const { series } = await client.getSyncStatusOf({ instrumentId });
  for (const { interval, align } of series) {
    if (isInterval(interval)) await client.untrackSeries({ instrumentId, interval, align });
  }
}

async function deleteBarsOf({ instrumentId, series }: Instrument): Promise<void> {
  for (const { interval, align, first, last } of series) {
    if (!isInterval(interval) || first === null || last === null) continue;
    await client.deleteBars({ instrumentId, interval, align, from: first, to: Date.parse(last) + 1 });
  }
}

const TRIES = 20;

/** The counts of an instrument follow its bars a moment later. */
async function unregister(instrumentId: string): Promise<void> {
  for (let tried = 1; ; tried++)
    try {
      await client.unregisterSymbol({ instrumentId });
      return;
    } catch (error) {
      const code = error instanceof PocketQuantProblem ? error.code : undefined;
      if (code === 'INSTRUMENT_NOT_FOUND') return; // it had bars, and was never declared
      if (code !== 'INSTRUMENT_HAS_BARS' || tried === TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
}

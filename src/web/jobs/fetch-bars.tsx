import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { BarInterval } from '../../client/index.ts';
import { client } from '../client.ts';
import { Button } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { SelectField, TextField } from '../parts/field.tsx';
import { notifyOfError } from '../parts/notices.tsx';
import { Problem } from '../parts/told.tsx';
import { useAnswer } from '../use-answer.ts';
import type { Job } from './job.ts';

const SUGGESTED = 1_000;
const USUAL: BarInterval = '1d';
const DAY_MS = 86_400_000;
const YEAR_DAYS = 365;

interface FetchBarsProps {
  readonly instrumentId: string;
  readonly interval: string | undefined;
  readonly onOrdered: (job: Job) => void;
  readonly onClose: () => void;
}

/** Asks for what is to be fetched, and orders it. */
export function FetchBars({ instrumentId, interval, onOrdered, onClose }: FetchBarsProps): JSX.Element {
  const known = useAnswer(async (signal) => {
    const [{ providers }, { symbols }] = await Promise.all([
      client.getProviders({}, { signal }),
      client.getSymbols({ limit: SUGGESTED }, { signal }),
    ]);
    return { providers, instruments: symbols.map((symbol) => symbol.instrumentId) };
  }, []);
  const [wanted, setWanted] = useState({
    instrumentId,
    provider: '',
    interval: interval ?? '',
    from: new Date(Date.now() - YEAR_DAYS * DAY_MS).toISOString().slice(0, 10),
    to: '',
  });
  const { providers = [], instruments = [] } = known.value ?? {};
  const provider = providers.find(({ name }) => name === wanted.provider) ?? providers.at(0);
  const intervals = provider?.intervals ?? [];
  const chosen = [wanted.interval, USUAL].find((one) => intervals.includes(one)) ?? intervals.at(0) ?? '';
  const isBackwards = wanted.to !== '' && wanted.to <= wanted.from;

  async function order(): Promise<void> {
    if (provider === undefined || isBackwards) return;
    try {
      onOrdered(
        await client.syncBars({
          instrumentId: wanted.instrumentId.trim(),
          interval: chosen as BarInterval,
          provider: provider.name,
          from: wanted.from,
          to: wanted.to === '' ? undefined : wanted.to,
        }),
      );
    } catch (error) {
      notifyOfError(error);
    }
  }

  return (
    <Dialog title="Fetch bars" onClose={onClose}>
      {known.error !== undefined && <Problem error={known.error} onRetry={known.reload} />}
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void order();
        }}
      >
        <div class="fields">
          <TextField
            label="Instrument"
            value={wanted.instrumentId}
            placeholder="NASDAQ:AAPL"
            hint="EXCHANGE:SYMBOL"
            options={instruments}
            isRequired
            autofocus
            onChange={(text) => setWanted({ ...wanted, instrumentId: text })}
          />
          <SelectField
            label="Provider"
            value={provider?.name ?? ''}
            hint={providerHint(provider)}
            options={providers.map(({ name, isSynthetic }) => ({
              value: name,
              text: isSynthetic ? `${name} (made up)` : name,
            }))}
            onChange={(name) => setWanted({ ...wanted, provider: name })}
          />
          <SelectField
            label="Interval"
            value={chosen}
            hint="Larger ones are derived from it"
            options={intervals.map((one) => ({ value: one, text: one }))}
            onChange={(one) => setWanted({ ...wanted, interval: one })}
          />
          <TextField
            label="From (UTC)"
            type="date"
            value={wanted.from}
            isRequired
            onChange={(from) => setWanted({ ...wanted, from })}
          />
          <TextField
            label="To (UTC), not included"
            type="date"
            value={wanted.to}
            hint="Empty: up to now, and kept up to date from then on"
            error={isBackwards ? 'It must be after "From"' : undefined}
            onChange={(to) => setWanted({ ...wanted, to })}
          />
        </div>
        <p class="row">
          <Button kind="primary" type="submit" isDisabled={provider === undefined}>
            Fetch
          </Button>
        </p>
      </form>
    </Dialog>
  );
}

type Provider = Awaited<ReturnType<typeof client.getProviders>>['providers'][number];

function providerHint(provider: Provider | undefined): string {
  if (provider?.key === 'needed' && !provider.hasKey)
    return 'Some of what it has is not given without a key, and none is set';
  return provider?.basis === 'split' ? 'Its prices are adjusted for splits' : '';
}

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Answer } from '../../../client/index.ts';
import { client } from '../../client.ts';
import { adviceOn } from '../../format/problem.ts';
import { Button } from '../../parts/button.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { SelectField, TextField } from '../../parts/field.tsx';
import { Table } from '../../parts/table.tsx';
import { Problem } from '../../parts/told.tsx';
import { go, linkTo, type Parameters } from '../../routes.ts';
import { useAnswer } from '../../use-answer.ts';

type Found = Answer<'getSymbols'>['symbols'][number];

const MOST_FOUND = 50;

/** Adds an instrument: one that a provider has, or any by its name. */
export function AddInstrument({ onClose }: { onClose: () => void }): JSX.Element {
  return (
    <Dialog title="Add an instrument" onClose={onClose}>
      <SearchProvider />
      <ByHand />
    </Dialog>
  );
}

function SearchProvider(): JSX.Element {
  const providers = useAnswer((signal) => client.getProviders({}, { signal }), []);
  const [chosen, setChosen] = useState('');
  const [text, setText] = useState('');
  const [asked, setAsked] = useState<{ readonly provider: string; readonly query: string }>();
  const searchable = (providers.value?.providers ?? []).filter(({ hasSearch }) => hasSearch);
  const provider = searchable.some(({ name }) => name === chosen) ? chosen : (searchable.at(0)?.name ?? '');
  const found = useAnswer(asked && ((signal) => client.getSymbols({ ...asked, limit: MOST_FOUND }, { signal })), [
    asked,
  ]);

  return (
    <section class="stack" aria-label="Search a provider">
      {providers.error !== undefined && <Problem error={providers.error} onRetry={providers.reload} />}
      <form
        class="fields"
        onSubmit={(event) => {
          event.preventDefault();
          if (text.trim() !== '' && provider !== '') setAsked({ provider, query: text.trim() });
        }}
      >
        <SelectField
          label="Provider"
          value={provider}
          options={searchable.map(({ name }) => ({ value: name, text: name }))}
          onChange={setChosen}
        />
        <TextField label="Code or name" type="search" value={text} onChange={setText} autofocus />
        <div class="below-label">
          <Button type="submit" kind="primary">
            Search
          </Button>
        </div>
      </form>
      <div role="status">
        {found.isLoading && <p class="soft">Asking {asked?.provider}</p>}
        {found.error !== undefined && !found.isLoading && <Problem error={found.error} />}
      </div>
      {found.value !== undefined && asked !== undefined && (
        <Table
          caption="What the provider has"
          rows={found.value.symbols}
          keyOf={({ instrumentId, symbol }) => `${instrumentId} ${symbol}`}
          whenEmpty={`${asked.provider} has nothing that is called “${asked.query}”.`}
          columns={[
            { title: 'Instrument', cell: ({ instrumentId }) => instrumentId, isName: true },
            { title: 'Name', cell: ({ name }) => name },
            { title: 'Kind', cell: ({ assetType, currency }) => [assetType, currency].filter(Boolean).join(', ') },
            { title: 'Add', cell: (one) => <Button onClick={() => add(one)}>Add</Button> },
          ]}
        />
      )}
    </section>
  );
}

async function add({ instrumentId, name, assetType, currency, priceDecimals, aliases }: Found): Promise<void> {
  await client.registerSymbol({
    instrumentId,
    name: name ?? undefined,
    assetType: assetType ?? undefined,
    currency: currency ?? undefined,
    priceDecimals: priceDecimals ?? undefined,
    aliases,
  });
  show(instrumentId);
}

function ByHand(): JSX.Element {
  const [text, setText] = useState('');
  const [error, setError] = useState<string>();

  async function register(): Promise<void> {
    try {
      const { instrumentId } = await client.registerSymbol({ instrumentId: text.trim() });
      show(instrumentId, { edit: 'yes' });
    } catch (reason) {
      setError(adviceOn(reason));
    }
  }

  return (
    <form
      class="stack"
      aria-label="Add by name"
      onSubmit={(event) => {
        event.preventDefault();
        void register();
      }}
    >
      <h3>Or by its name</h3>
      <div class="fields">
        <TextField
          label="Instrument"
          value={text}
          onChange={(next) => {
            setText(next);
            setError(undefined);
          }}
          placeholder="NASDAQ:AAPL"
          hint="EXCHANGE:SYMBOL"
          error={error}
          isRequired
        />
        <div class="below-label">
          <Button type="submit">Add</Button>
        </div>
      </div>
    </form>
  );
}

function show(instrumentId: string, more: Parameters = {}): void {
  go(linkTo('/instruments', { id: instrumentId, ...more }));
}

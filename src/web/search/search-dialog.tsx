import type { JSX } from 'preact';
import { useEffect, useId, useState } from 'preact/hooks';
import { client } from '../client.ts';
import { adviceOn } from '../format/problem.ts';
import { Dialog } from '../parts/dialog.tsx';
import { Badge } from '../parts/told.tsx';
import { useAnswer } from '../use-answer.ts';
import { foundAll, type Found } from './found.ts';
import './search.css';

const PAUSE_MS = 250;
const MOST_SHOWN = 50;

interface SearchDialogProps {
  readonly title: string;
  readonly onChoose: (found: Found) => void;
  readonly onClose: () => void;
}

/** Finds an instrument: what is stored while one types, what providers have after a short pause. */
export function SearchDialog({ title, onChoose, onClose }: SearchDialogProps): JSX.Element {
  const id = useId();
  const [text, setText] = useState('');
  const asked = useLater(text.trim());
  const [chosen, setChosen] = useState(0);
  const stored = useAnswer((signal) => searchStored(text.trim(), signal), [text.trim()]);
  const providers = useAnswer((signal) => searchingProviders(signal), []);
  const elsewhere = useAnswer(
    asked === '' || providers.value === undefined
      ? undefined
      : (signal) => searchAll(providers.value ?? [], asked, signal),
    [asked, providers.value],
  );
  const isLate = asked !== text.trim() || elsewhere.isLoading;
  const others = asked === '' || asked !== text.trim() ? [] : (elsewhere.value ?? []);
  const found = foundAll(
    stored.value ?? [],
    others.map((one) => one.found),
  ).slice(0, MOST_SHOWN);
  const at = Math.min(chosen, found.length - 1);

  useEffect(() => {
    document.getElementById(`${id}-${at}`)?.scrollIntoView({ block: 'nearest' });
  }, [at]);

  function press(event: KeyboardEvent): void {
    const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 };
    const step = steps[event.key];
    const one = found[at];
    if (step !== undefined) setChosen(Math.max(0, Math.min(found.length - 1, at + step)));
    else if (event.key === 'Enter' && one !== undefined) onChoose(one);
    else return;
    event.preventDefault();
  }

  return (
    <Dialog title={title} onClose={onClose}>
      <div class="search">
        <input
          type="text"
          role="combobox"
          aria-label="Instrument"
          aria-expanded={found.length > 0}
          aria-controls={`${id}-list`}
          aria-activedescendant={at >= 0 ? `${id}-${at}` : undefined}
          aria-autocomplete="list"
          autofocus
          autocomplete="off"
          spellcheck={false}
          placeholder="Symbol, name or exchange"
          value={text}
          onInput={({ currentTarget }) => {
            setText(currentTarget.value);
            setChosen(0);
          }}
          onKeyDown={press}
        />
        <ul id={`${id}-list`} role="listbox" aria-label="Instruments">
          {found.map((one, index) => (
            <Option
              key={one.instrumentId}
              id={`${id}-${index}`}
              found={one}
              isChosen={index === at}
              onChoose={onChoose}
            />
          ))}
        </ul>
        <p class="soft search-state" role="status">
          {toldOf(found.length, text.trim(), isLate && asked !== '')}
        </p>
        {others
          .filter(({ error }) => error !== undefined)
          .map(({ provider, error }) => (
            <p key={provider} class="soft">
              {provider}: {adviceOn(error)}
            </p>
          ))}
      </div>
    </Dialog>
  );
}

interface OptionProps {
  readonly id: string;
  readonly found: Found;
  readonly isChosen: boolean;
  readonly onChoose: (found: Found) => void;
}

function Option({ id, found, isChosen, onChoose }: OptionProps): JSX.Element {
  const { instrumentId, name, provider, series } = found;
  return (
    <li id={id} role="option" aria-selected={isChosen} onClick={() => onChoose(found)}>
      <strong>{instrumentId}</strong>
      <span class="grow soft">{name}</span>
      {provider === undefined ? (
        <span class="soft">{series.map(({ interval }) => interval).join(' ') || 'no bars yet'}</span>
      ) : (
        <Badge>{provider}</Badge>
      )}
    </li>
  );
}

function toldOf(count: number, text: string, isLate: boolean): string {
  const number = count === 1 ? '1 instrument' : `${count} instruments`;
  if (isLate) return `${number} so far, asking the providers`;
  if (text === '') return `${number} stored. Type to search the providers too.`;
  return count === 0 ? 'Nothing found.' : number;
}

/** A value once it has rested. */
function useLater(value: string): string {
  const [late, setLate] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setLate(value), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return late;
}

async function searchStored(query: string, signal: AbortSignal): Promise<readonly Found[]> {
  const { symbols } = await client.getSymbols({ ...(query === '' ? {} : { query }), limit: MOST_SHOWN }, { signal });
  return symbols.map(({ instrumentId, name, series }) => ({ instrumentId, name, series, provider: undefined }));
}

interface FoundElsewhere {
  readonly provider: string;
  readonly found: readonly Found[];
  readonly error: unknown;
}

async function searchingProviders(signal: AbortSignal): Promise<readonly string[]> {
  const { providers } = await client.getProviders({}, { signal });
  return providers.filter(({ hasSearch }) => hasSearch).map(({ name }) => name);
}

/** Asks each provider; one that fails says so, and stops no others. */
function searchAll(providers: readonly string[], query: string, signal: AbortSignal): Promise<FoundElsewhere[]> {
  return Promise.all(providers.map((provider) => searchOne(provider, query, signal)));
}

async function searchOne(provider: string, query: string, signal: AbortSignal): Promise<FoundElsewhere> {
  try {
    const { symbols } = await client.getSymbols({ provider, query, limit: MOST_SHOWN }, { signal });
    const found = symbols.map(({ instrumentId, name }) => ({ instrumentId, name, provider, series: [] }));
    return { provider, found, error: undefined };
  } catch (error) {
    return { provider, found: [], error };
  }
}

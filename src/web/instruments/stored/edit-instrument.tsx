import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { PocketQuantProblem } from '../../../client/index.ts';
import { client } from '../../client.ts';
import { Button } from '../../parts/button.tsx';
import { SelectField, TextField } from '../../parts/field.tsx';
import { notifyOfError } from '../../parts/notices.tsx';
import { changesOf, faultsIn, textsOf, type DetailField, type FieldFaults } from './instrument-form.ts';
import type { Instrument } from './known-instrument.ts';

interface EditInstrumentProps {
  readonly instrument: Instrument;
  readonly onEnd: () => void;
}

const SESSIONS = [
  { value: 'regular', text: 'Regular' },
  { value: 'extended', text: 'Extended hours too' },
];

/** Changes what is declared of an instrument; what is wrong is said at its field. */
export function EditInstrument({ instrument, onEnd }: EditInstrumentProps): JSX.Element {
  const [before] = useState(() => textsOf(instrument));
  const [texts, setTexts] = useState(before);
  const [faults, setFaults] = useState<FieldFaults>({});

  async function save(): Promise<void> {
    const { changes, faults: own } = changesOf(before, texts);
    setFaults(own);
    if (Object.keys(own).length > 0) return;
    try {
      await client.registerSymbol({ instrumentId: instrument.instrumentId, ...changes });
      onEnd();
    } catch (error) {
      const refused = error instanceof PocketQuantProblem ? faultsIn(error) : {};
      setFaults(refused);
      if (Object.keys(refused).length === 0) notifyOfError(error);
    }
  }

  const shared = (field: DetailField) => ({
    name: field,
    value: texts[field],
    error: faults[field],
    onChange: (value: string) => {
      setTexts({ ...texts, [field]: value });
      setFaults({ ...faults, [field]: undefined });
    },
  });

  return (
    <form
      class="stack"
      aria-label="What is declared"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <div class="fields">
        <TextField {...shared('name')} label="Name" autofocus />
        <TextField
          {...shared('assetType')}
          label="Kind"
          hint="One word, such as stock or crypto"
          options={['stock', 'etf', 'index', 'crypto', 'forex', 'future']}
        />
        <TextField {...shared('currency')} label="Currency" hint="Such as USD or USDT" />
        <TextField
          {...shared('schedule')}
          label="Schedule"
          placeholder="The exchange's"
          hint="When it trades: 24x7, or the name of an exchange"
          options={['24x7', 'NASDAQ', 'NYSE']}
        />
        <SelectField {...shared('sessions')} label="Expected sessions" options={SESSIONS} />
        <TextField {...shared('priceDecimals')} label="Decimals of prices" hint="0 to 15" />
        <TextField
          {...shared('listedFrom')}
          label="Listed from"
          placeholder="2004-08-19"
          hint="No bar is expected before"
        />
        <TextField
          {...shared('listedTo')}
          label="Listed to"
          placeholder="Still listed"
          hint="No bar is expected from then on"
        />
        <TextField
          {...shared('aliases')}
          label="Other names"
          hint="With commas between; yahoo:^GSPC is a provider's code"
        />
      </div>
      <div class="row">
        <Button type="submit" kind="primary">
          Save
        </Button>
        <Button onClick={onEnd}>Cancel</Button>
      </div>
    </form>
  );
}

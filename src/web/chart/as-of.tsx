import type { JSX } from 'preact';
import { useId } from 'preact/hooks';
import { timeText } from '../format/time.ts';
import { Button } from '../parts/button.tsx';
import { TextField } from '../parts/field.tsx';

interface AsOfProps {
  /** From when on something was known. */
  readonly since: number;
  readonly now: number;
  readonly asOf: number | undefined;
  readonly zone: string;
  /** Undefined is what is known now. */
  readonly onAsOf: (asOf: number | undefined) => void;
}

const STEPS = 1_000;

/** The moment whose knowledge is shown. */
export function AsOf({ since, now, asOf, zone, onAsOf }: AsOfProps): JSX.Element {
  const id = useId();
  const at = asOf ?? now;
  const place = Math.round((STEPS * (at - since)) / Math.max(1, now - since));
  const told = asOf === undefined ? 'now' : timeText(asOf, zone, 'second');
  return (
    <div class="strip" role="group" aria-label="As known at">
      <TextField
        label="As known at (UTC)"
        type="datetime-local"
        value={asOf === undefined ? '' : new Date(asOf).toISOString().slice(0, 16)}
        onChange={(text) => onAsOf(text === '' ? undefined : Date.parse(`${text}Z`))}
      />
      <div class="field grow">
        <label for={id}>
          {timeText(since, zone)} to now; shown: <strong>{told}</strong>
        </label>
        <input
          id={id}
          type="range"
          min={0}
          max={STEPS}
          value={place}
          aria-valuetext={told}
          onInput={({ currentTarget }) => {
            const step = Number(currentTarget.value);
            onAsOf(step === STEPS ? undefined : Math.round(since + (step / STEPS) * (now - since)));
          }}
        />
      </div>
      <Button isDisabled={asOf === undefined} onClick={() => onAsOf(undefined)}>
        Now
      </Button>
    </div>
  );
}

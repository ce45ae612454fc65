import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Button } from '../parts/button.tsx';
import { SelectField } from '../parts/field.tsx';
import { timeText } from '../format/time.ts';
import { keepInLink } from '../routes.ts';
import type { ChartControl } from './chart-control.ts';
import { linkTime } from './view-link.ts';

interface ReplayProps {
  /** Bars that are over by then are shown. */
  readonly at: number;
  readonly zone: string;
  readonly control: ChartControl;
}

const SPEEDS = [
  { value: '1', text: '1 bar/s' },
  { value: '2', text: '2 bars/s' },
  { value: '5', text: '5 bars/s' },
  { value: '10', text: '10 bars/s' },
  { value: '30', text: '30 bars/s' },
] as const;
type Speed = (typeof SPEEDS)[number]['value'];

/** Moves by a bar; false where there is none. */
function step(control: ChartControl, bars: 1 | -1): boolean {
  const moment = control.momentOf(bars);
  if (moment !== undefined) keepInLink({ replay: linkTime(moment) });
  return moment !== undefined;
}

/** Goes through history bar by bar, showing nothing that came later. */
export function Replay({ at, zone, control }: ReplayProps): JSX.Element {
  const [speed, setSpeed] = useState<Speed>('2');
  const [isPlaying, setIsPlaying] = useState(false);
  useEffect(() => {
    if (!isPlaying) return;
    const timer = setInterval(
      () => {
        if (!step(control, 1)) setIsPlaying(false);
      },
      1_000 / Number(speed),
    );
    return () => clearInterval(timer);
  }, [isPlaying, speed, control]);
  return (
    <div class="strip" role="group" aria-label="Replay">
      <span>
        Replay at <strong>{timeText(at, zone)}</strong>
      </span>
      <div class="buttons">
        <Button label="A bar back" onClick={() => step(control, -1)}>
          ‹
        </Button>
        <Button isPressed={isPlaying} onClick={() => setIsPlaying(!isPlaying)}>
          {isPlaying ? 'Pause' : 'Play'}
        </Button>
        <Button label="A bar on" onClick={() => step(control, 1)}>
          ›
        </Button>
      </div>
      <SelectField label="Speed" isLabelHidden value={speed} options={SPEEDS} onChange={setSpeed} />
      <Button kind="quiet" onClick={() => keepInLink({ replay: undefined })}>
        End the replay
      </Button>
    </div>
  );
}

import type { ComponentChildren, JSX } from 'preact';
import { adviceOn } from '../format/problem.ts';
import { Button } from './button.tsx';
import './told.css';

/** Where there is nothing to show: says so, and what to do next. */
export function Empty({ title, children }: { title: string; children?: ComponentChildren }): JSX.Element {
  return (
    <div class="told">
      <h2>{title}</h2>
      {children}
    </div>
  );
}

/** What failed, in the place of what would be shown. */
export function Problem({ error, onRetry }: { error: unknown; onRetry?: () => unknown }): JSX.Element {
  return (
    <div class="told bad" role="alert">
      <p>{adviceOn(error)}</p>
      {onRetry !== undefined && <Button onClick={onRetry}>Try again</Button>}
    </div>
  );
}

export type Tone = 'plain' | 'good' | 'warn' | 'bad';

export function Badge({ tone = 'plain', children }: { tone?: Tone; children: ComponentChildren }): JSX.Element {
  return <span class={`badge ${tone}`}>{children}</span>;
}

interface MeterProps {
  readonly label: string;
  readonly value: number;
  /** Unknown while undefined: the meter then only shows that something goes on. */
  readonly max: number | undefined;
}

export function Meter({ label, value, max }: MeterProps): JSX.Element {
  return <progress class="meter" aria-label={label} {...(max === undefined ? {} : { value, max })} />;
}

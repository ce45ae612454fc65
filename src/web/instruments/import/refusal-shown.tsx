import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { PocketQuantProblem } from '../../../client/index.ts';
import { adviceOn } from '../../format/problem.ts';
import { Badge } from '../../parts/told.tsx';
import { mayBeStoredInPart, refusalOf, type Refusal } from './refusal.ts';
import type { Failure } from './use-sending.ts';

export function refusalIn(error: unknown): Refusal | undefined {
  return error instanceof PocketQuantProblem ? refusalOf(error) : undefined;
}

/** Whether rows may have been stored before an upload failed. */
export function mayBeStored({ error, during }: Failure): boolean {
  return during === 'import' && (!(error instanceof PocketQuantProblem) || mayBeStoredInPart(error));
}

interface RefusalShownProps {
  readonly error: unknown;
  readonly isPartStored: boolean;
  readonly fileName: string;
}

/** Why a file was refused, in plain words, and whether anything of it is stored. */
export function RefusalShown({ error, isPartStored, fileName }: RefusalShownProps): JSX.Element {
  const shown = useRef<HTMLDivElement>(null);
  useEffect(() => shown.current?.scrollIntoView({ block: 'nearest' }), [error]);
  return (
    <div ref={shown} class="refusal" role="alert">
      <h2>
        {refusalIn(error)?.question ?? 'The file was not sent.'}{' '}
        {error instanceof PocketQuantProblem && <Badge tone="bad">{error.code}</Badge>}
      </h2>
      <p>{adviceOn(error)}</p>
      <p>
        {isPartStored
          ? `Bars before this may be stored. Import ${fileName} again to continue: what is stored stays as it is.`
          : `Nothing of ${fileName} is stored.`}
      </p>
    </div>
  );
}

import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { grouped } from '../format/number.ts';
import { seriesNamed } from '../format/series.ts';
import { Button } from '../parts/button.tsx';
import { SelectField, TextField } from '../parts/field.tsx';
import { Empty, Problem } from '../parts/told.tsx';
import { VirtualRows } from '../parts/virtual-rows.tsx';
import { keepInLink, linkTo, parameters } from '../routes.ts';
import { KINDS, kindIn, matching, type Change } from './change-list.ts';
import { ChangeRow } from './change-row.tsx';
import { CorrectionsDialog } from './corrections-dialog.tsx';
import { useChangeFeed } from './use-change-feed.ts';
import { useMedia } from './use-media.ts';
import { useTimeZones } from './use-time-zones.ts';

const [ROW_PX, NARROW_ROW_PX] = [38, 74];

/** Changes of stored bars, the newest first, as they happen. */
export function Feed(): JSX.Element {
  const { changes, error, hasOlder, loadOlder, retry } = useChangeFeed();
  const { series: text = '', kind: kindOfLink } = parameters.value;
  const kind = kindIn(kindOfLink);
  const isNarrow = useMedia('(max-width: 48rem)');
  const [isPaused, setIsPaused] = useState(false);
  // Rows that are being read stay where they are: what is new waits until one is back at the top.
  const [heldAt, setHeldAt] = useState<number>();
  const zoneOf = useTimeZones();
  const [opened, setOpened] = useState<Change>();
  const newest = changes?.[0]?.seq ?? 0;
  const until = heldAt ?? Infinity;
  const shown = useMemo(
    () =>
      matching(
        (changes ?? []).filter(({ seq }) => seq <= until),
        kind,
        text,
      ),
    [changes, until, kind, text],
  );
  const waiting = newest - Math.min(newest, until);

  function pause(): void {
    setIsPaused(true);
    setHeldAt(newest);
  }
  function goOn(): void {
    setIsPaused(false);
    setHeldAt(undefined);
  }
  function onSeen(first: number): void {
    if (isPaused) return;
    setHeldAt((held) => (first === 0 ? undefined : (held ?? newest)));
  }

  return (
    <>
      <div class="row change-fields">
        <TextField
          label="Series"
          type="search"
          placeholder="Such as AAPL or /1d"
          value={text}
          onChange={(series) => keepInLink({ series: series === '' ? undefined : series })}
        />
        <SelectField
          label="Bars that were"
          value={kind}
          options={KINDS}
          onChange={(changed) => keepInLink({ kind: changed === 'all' ? undefined : changed })}
        />
        <Button isPressed={isPaused} onClick={isPaused ? goOn : pause}>
          {isPaused ? 'Continue' : 'Pause'}
        </Button>
        <p class="soft change-state" role="status">
          {changes === undefined ? 'Loading' : stateText(isPaused, waiting, shown.length, changes.length - waiting)}
        </p>
      </div>
      {error !== undefined && <Problem error={error} onRetry={retry} />}
      {changes?.length === 0 && (
        <Empty title="Nothing has changed yet">
          <p>
            Each bar that is stored, corrected or deleted is told here as it happens. Fetch some on{' '}
            <a href={linkTo('/coverage')}>Coverage</a>, or import a file on{' '}
            <a href={linkTo('/instruments')}>Instruments</a>.
          </p>
        </Empty>
      )}
      {changes !== undefined && changes.length > 0 && shown.length === 0 && (
        <Empty title="No change matches">
          <p>None of the last {grouped(changes.length)} changes. Take another series or kind, or look at older ones.</p>
        </Empty>
      )}
      {shown.length > 0 && (
        <div class={isNarrow ? 'change-list narrow' : 'change-list'}>
          {!isNarrow && (
            <div class="change-row change-head" aria-hidden="true">
              <span>Time</span>
              <span>Series</span>
              <span>From</span>
              <span>To</span>
              <span>Bars</span>
              <span>Provider</span>
              <span />
            </div>
          )}
          <VirtualRows
            label="Changes, the newest first"
            count={shown.length}
            rowHeight={isNarrow ? NARROW_ROW_PX : ROW_PX}
            onSeen={onSeen}
            row={(index) => shown[index] && <ChangeRow change={shown[index]} zoneOf={zoneOf} onOpen={setOpened} />}
          />
        </div>
      )}
      {changes !== undefined && hasOlder && (
        <p>
          <Button onClick={loadOlder}>Load older changes</Button>
        </p>
      )}
      {opened !== undefined && (
        <CorrectionsDialog
          {...seriesNamed(opened.series)}
          from={opened.from}
          to={opened.to}
          onClose={() => setOpened(undefined)}
        />
      )}
    </>
  );
}

function stateText(isPaused: boolean, waiting: number, shown: number, loaded: number): string {
  const count = shown === loaded ? grouped(loaded) : `${grouped(shown)} of ${grouped(loaded)}`;
  const noun = loaded === 1 ? 'change' : 'changes';
  const news = waiting === 0 ? '' : `, ${grouped(waiting)} new ${isPaused ? 'since' : 'at the top'}`;
  return `${isPaused ? 'Paused' : 'Live'}: ${count} ${noun}${news}`;
}

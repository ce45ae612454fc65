import type { JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { reasonWords } from '../format/reason.ts';
import type { CellLook } from './day-cell.ts';
import { paintCell } from './palette.ts';
import { usePalette } from './use-palette.ts';

const [WIDTH_PX, HEIGHT_PX] = [22, 14];
const of = (look: Partial<CellLook>): CellLook => ({ share: undefined, reason: undefined, quiet: undefined, ...look });

const ENTRIES: readonly { readonly look: CellLook; readonly text: string; readonly hint: string }[] = [
  { look: of({ share: 1 }), text: 'all held', hint: 'Every bar that could be held is stored.' },
  {
    look: of({ share: 0.7, reason: 'notFetched' }),
    text: 'part held',
    hint: 'The stronger the colour, the more is held.',
  },
  ...['notFetched', 'providerError', 'quarantined'].map((reason) => ({
    look: of({ share: 0, reason }),
    text: reasonWords(reason).text,
    hint: reasonWords(reason).advice,
  })),
  ...['noTrades', 'notYet'].map((reason) => ({
    look: of({ quiet: reason }),
    text: reasonWords(reason).text,
    hint: reasonWords(reason).advice,
  })),
  { look: of({ quiet: 'closed' }), text: 'closed', hint: 'No bar is expected on this day.' },
];

/** What colours and hatches mean. */
export function Legend(): JSX.Element {
  return (
    <ul class="legend" aria-label="Legend">
      {ENTRIES.map(({ look, text, hint }) => (
        <li key={text} title={hint}>
          <Swatch look={look} />
          {text}
        </li>
      ))}
    </ul>
  );
}

/** A cell by itself. */
function Swatch({ look }: { look: CellLook }): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null);
  const place = useRef<HTMLSpanElement>(null);
  const { palette, ratio } = usePalette(place);
  useLayoutEffect(() => {
    const { current } = canvas;
    const context = current?.getContext('2d');
    if (current === null || context === null || context === undefined || palette === undefined) return;
    current.width = Math.round(WIDTH_PX * ratio);
    current.height = Math.round(HEIGHT_PX * ratio);
    paintCell(context, palette, look, [0, 0, current.width, current.height]);
  });
  return (
    <span ref={place} class="swatch">
      <canvas ref={canvas} aria-hidden="true" style={{ width: `${WIDTH_PX}px`, height: `${HEIGHT_PX}px` }} />
    </span>
  );
}

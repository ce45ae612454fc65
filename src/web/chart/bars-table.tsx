import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { counted, exactText, priceText } from '../format/number.ts';
import { Button } from '../parts/button.tsx';
import { Table } from '../parts/table.tsx';
import type { Interval } from '../intervals.ts';
import { rowTimeText, stateText } from './legend.tsx';
import type { ShownBar } from './rows.ts';

const PAGE = 200;

interface BarsTableProps {
  readonly bars: readonly ShownBar[];
  readonly interval: Interval;
  readonly zone: string;
  readonly decimals: number;
}

/** The bars in sight as a table, the newest first. */
export function BarsTable({ bars, interval, zone, decimals }: BarsTableProps): JSX.Element {
  const [shown, setShown] = useState(PAGE);
  const price = (title: string, name: 'open' | 'high' | 'low' | 'close') => ({
    title,
    isNumber: true,
    cell: (bar: ShownBar) => priceText(bar[name], decimals),
  });
  return (
    <div class="bars-table">
      <Table
        caption={`Bars of ${interval} in sight`}
        rows={bars.toReversed().slice(0, shown)}
        keyOf={({ openTime }) => String(openTime)}
        whenEmpty="There is no bar in this time."
        columns={[
          { title: 'Opens', isName: true, cell: ({ openTime }) => rowTimeText(openTime, interval, zone) },
          price('Open', 'open'),
          price('High', 'high'),
          price('Low', 'low'),
          price('Close', 'close'),
          { title: 'Volume', isNumber: true, cell: ({ volume }) => (volume === null ? '' : exactText(volume)) },
          { title: 'State', cell: stateText },
        ]}
      />
      {bars.length > shown && (
        <Button onClick={() => setShown(shown + PAGE)}>Show more of {counted(bars.length, 'bar')}</Button>
      )}
    </div>
  );
}

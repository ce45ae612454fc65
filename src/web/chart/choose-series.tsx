import type { JSX } from 'preact';
import type { Answer } from '../../client/index.ts';
import { grouped } from '../format/number.ts';
import { timeText } from '../format/time.ts';
import { Button } from '../parts/button.tsx';
import { Table } from '../parts/table.tsx';
import { chartLink } from '../routes.ts';
import { openSearch } from '../search/search.tsx';
import { shownZone } from '../settings.ts';
import { Welcome } from '../welcome/welcome.tsx';

type Instrument = Answer<'getSymbols'>['symbols'][number];
type Series = Instrument['series'][number];

/** What is stored, to choose from. */
export function ChooseSeries({ instruments }: { instruments: readonly Instrument[] }): JSX.Element {
  const rows = instruments.flatMap((instrument) => instrument.series.map((series) => ({ instrument, series })));
  if (rows.length === 0) return <Welcome />;
  return (
    <div class="sheet">
      <header>
        <h1>What is stored</h1>
        <Button onClick={openSearch} title="Key: /">
          Search
        </Button>
      </header>
      <Table
        caption="Stored series"
        rows={rows}
        keyOf={({ instrument, series }) => `${instrument.instrumentId} ${series.interval} ${series.align}`}
        columns={[
          {
            title: 'Instrument',
            isName: true,
            cell: ({ instrument, series }) => <Name {...instrument} series={series} />,
          },
          { title: 'Interval', cell: ({ series }) => intervalText(series) },
          { title: 'Bars', isNumber: true, cell: ({ series }) => grouped(series.count) },
          { title: 'First', cell: ({ series }) => edgeText(series.first) },
          { title: 'Last', cell: ({ series }) => edgeText(series.last) },
          { title: 'Provider', cell: ({ series }) => series.providers.join(', ') },
        ]}
      />
    </div>
  );
}

function Name({
  instrumentId,
  name,
  series,
}: Pick<Instrument, 'instrumentId' | 'name'> & { series: Series }): JSX.Element {
  return (
    <>
      <a href={chartLink(instrumentId, series.interval, { align: series.align })}>{instrumentId}</a>
      {name !== null && <div class="soft">{name}</div>}
    </>
  );
}

const intervalText = ({ interval, align }: Series): string =>
  align === undefined ? interval : `${interval}, by session`;

const edgeText = (at: string | null): string => (at === null ? '' : timeText(at, shownZone()));

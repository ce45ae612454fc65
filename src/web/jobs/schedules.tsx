import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import type { Answer } from '../../client/index.ts';
import { client } from '../client.ts';
import { timeText } from '../format/time.ts';
import { Button } from '../parts/button.tsx';
import { notify } from '../parts/notices.tsx';
import { Table, type Column } from '../parts/table.tsx';
import { Problem } from '../parts/told.tsx';
import { shownZone } from '../settings.ts';
import { useAnswer } from '../use-answer.ts';

type Schedule = Answer<'getSchedules'>['schedules'][number];

const AFTER_A_RUN_MS = 2_000;
const LONGEST_WAIT_MS = 3_600_000;

/** What the server does at its times. */
export function Schedules(): JSX.Element {
  const { value, error, reload } = useAnswer((signal) => client.getSchedules({}, { signal }), []);
  const next = Math.min(...(value?.schedules ?? []).map(({ nextRunAt }) => Date.parse(nextRunAt ?? '') || Infinity));
  useEffect(() => {
    if (next === Infinity) return;
    const waitMs = Math.min(LONGEST_WAIT_MS, Math.max(0, next - Date.now()) + AFTER_A_RUN_MS);
    const timer = setTimeout(reload, waitMs);
    return () => clearTimeout(timer);
  }, [value]);

  const zone = shownZone();
  async function run({ id, description }: Schedule): Promise<void> {
    await client.runSchedule({ id });
    notify({ tone: 'good', text: `Done: ${description}` });
    reload();
  }
  const columns: readonly Column<Schedule>[] = [
    { title: 'What is done', cell: ({ description }) => description, isName: true },
    { title: 'Next run', cell: ({ nextRunAt }) => timeInZone(nextRunAt, zone, 'not known') },
    { title: 'Last run', cell: ({ lastRunAt }) => timeInZone(lastRunAt, zone, 'never') },
    {
      title: 'Now',
      cell: (schedule) => (
        <Button label={`Run now: ${schedule.description}`} onClick={() => run(schedule)}>
          Run now
        </Button>
      ),
    },
  ];
  return (
    <section class="stack" aria-labelledby="schedules">
      <h2 id="schedules">Schedules</h2>
      {value === undefined ? (
        error !== undefined && <Problem error={error} onRetry={reload} />
      ) : (
        <Table caption="Schedules" columns={columns} rows={value.schedules} keyOf={({ id }) => id} />
      )}
    </section>
  );
}

function timeInZone(time: string | null, zone: string, unknown: string): string {
  return time === null ? unknown : `${timeText(time, zone)} ${zone}`;
}

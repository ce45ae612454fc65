import type { JSX } from 'preact';
import { PocketQuantProblem } from '../../../client/index.ts';
import type { Answer } from '../../../client/index.ts';
import { client } from '../../client.ts';
import { bytesText, grouped } from '../../format/number.ts';
import { Button } from '../../parts/button.tsx';
import { Meter, Problem } from '../../parts/told.tsx';
import { keepInLink, linkTo } from '../../routes.ts';
import { useAnswer } from '../../use-answer.ts';
import { useFollow } from '../../use-follow.ts';
import type { Outcome } from './import-answer.ts';
import { OutcomeShown } from './outcome-shown.tsx';
import { RefusalShown } from './refusal-shown.tsx';

type Job = Answer<'getJob'>;

/** An import that the server goes on with by itself, also while this page is closed. */
export function ImportJob({ id }: { id: string }): JSX.Element {
  const { value: job, error, reload } = useAnswer((signal) => client.getJob({ id }, { signal }), [id]);
  const isAtWork = job !== undefined && (job.state === 'waiting' || job.state === 'running');

  useFollow(['jobs'], (event) => {
    if (event.type === 'subscribed' || (event.type === 'job' && event.job.id === id)) reload();
  });

  if (job === undefined) return error === undefined ? <p class="soft">Loading</p> : <Problem error={error} />;
  const fileName = job.fileName ?? 'the file';
  return (
    <section class="stack" aria-label="Import job">
      {isAtWork ? (
        <AtWork job={job} fileName={fileName} />
      ) : (
        <div class="row">
          <Button onClick={() => keepInLink({ job: undefined })}>Import another file</Button>
        </div>
      )}
      {job.error !== null && (
        <RefusalShown error={problemOf(job.error)} isPartStored={rowsOf(job) > 0} fileName={fileName} />
      )}
      {job.state === 'cancelled' && <p>The import was cancelled. Bars stored until then stay.</p>}
      {job.outcome !== null && <OutcomeShown fileName={fileName} outcome={job.outcome as unknown as Outcome} />}
    </section>
  );
}

function AtWork({ job, fileName }: { job: Job; fileName: string }): JSX.Element {
  const { bytesRead = 0, bytesTotal } = 'rows' in job.progress ? job.progress : {};
  return (
    <>
      <h2>{fileName} is being imported</h2>
      <Meter label="Read" value={bytesRead} max={bytesTotal} />
      <div class="row">
        <span class="grow soft">
          {grouped(rowsOf(job))} rows
          {bytesTotal !== undefined && `, ${bytesText(bytesRead)} of ${bytesText(bytesTotal)} read`}. The import goes on
          if you leave; it is listed with the <a href={linkTo('/jobs', { job: job.id })}>jobs</a>.
        </span>
        <Button onClick={() => client.cancelJob({ id: job.id })}>Cancel</Button>
      </div>
    </>
  );
}

function rowsOf({ progress }: Job): number {
  return 'rows' in progress ? progress.rows : 0;
}

function problemOf({ code, message }: { readonly code: string; readonly message: string }): PocketQuantProblem {
  return new PocketQuantProblem({ status: 400, code, detail: message });
}

import { timeText } from '../format/time.ts';
import type { Job } from './job.ts';

/** What a job does, in words; what it is about stands between, and can be a link. */
export interface JobWords {
  readonly before: string;
  readonly about: string;
  readonly after: string;
}

export function jobWords(job: Job, zone: string): JobWords {
  const { kind, instrumentId, interval, align, provider, from, to, fileName } = job;
  const series = align === 'session' ? `${interval} by session` : (interval ?? '');
  if (kind === 'import') {
    const of = fileName ?? 'a file';
    if (instrumentId === null) return { before: 'Import', about: '', after: of };
    return { before: `Import ${of} as`, about: instrumentId, after: series };
  }
  const range = from === null ? '' : `, ${rangeText(from, to, zone)}`;
  return { before: 'Fetch', about: instrumentId ?? '', after: `${series} from ${provider}${range}` };
}

/** A half-open range; as days where it begins and ends with them. */
export function rangeText(from: string, to: string | null, zone: string): string {
  const isOfDays = [from, to].every((at) => at === null || timeText(at, zone, 'second').endsWith(' 00:00:00'));
  const precision = isOfDays ? 'day' : 'minute';
  return `${timeText(from, zone, precision)} to ${to === null ? 'now' : timeText(to, zone, precision)}`;
}

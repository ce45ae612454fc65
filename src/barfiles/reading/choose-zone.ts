import { isTrading, sessionOf, type SessionSchedule, type TrackedSessions } from '../../market/index.ts';
import { InvalidRequestError } from '../../platform/errors/index.ts';
import { ZonedTimes } from '../values/index.ts';

/** A zone and who named it. */
export interface ZoneChoice {
  readonly zone: string;
  readonly by: 'file' | 'option' | 'layout' | 'instrument' | 'sessions';
}

/** Enough to see in which sessions a file's rows lie. */
const TRIED_TIMES = 1_000;

/**
 * Decides in which zone times without one were written.
 * @param walls what the clock showed, as if it were UTC, epoch ms
 * @throws InvalidRequestError `TIME_ZONE_NEEDED` that says what fits, `UNKNOWN_TIME_ZONE`
 */
export function chooseZone(
  walls: readonly number[],
  options: { readonly timezone?: string | undefined; readonly ofLayout?: string | undefined },
  schedule: SessionSchedule | undefined,
): ZoneChoice {
  const { timezone } = options;
  if (timezone !== undefined) return { zone: zoneOfOption(timezone, schedule), by: 'option' };
  if (options.ofLayout !== undefined) return { zone: zoneOfOption(options.ofLayout, schedule), by: 'layout' };
  if (schedule === undefined) throw zoneNeeded('and nothing is known of when this instrument trades');
  if (schedule.neverCloses) return { zone: 'UTC', by: 'instrument' };
  const times = walls.filter((_, index) => index % Math.ceil(walls.length / TRIED_TIMES) === 0);
  for (const sessions of ['regular', 'extended'] as const) {
    const isUtc = liesIn(times, 'UTC', schedule, sessions);
    const isLocal = liesIn(times, schedule.timeZone, schedule, sessions);
    if (isUtc && !isLocal && (sessions === 'regular' || surroundsTrading(times, schedule)))
      return { zone: 'UTC', by: 'sessions' };
    if (isLocal && !isUtc)
      throw zoneNeeded(
        `; read as ${schedule.timeZone} its rows lie in the sessions, read as UTC they do not`,
        schedule.timeZone,
      );
    if (isUtc)
      throw zoneNeeded(
        `; its rows lie in the sessions as UTC, and may do so in other zones, such as ${schedule.timeZone}`,
        schedule.timeZone,
      );
  }
  throw zoneNeeded(
    `; neither as UTC nor as ${schedule.timeZone} do all its rows lie in the sessions`,
    schedule.timeZone,
  );
}

/**
 * Whether rows come both before regular trading and after it. Those of another zone may lie in the extended sessions by
 * their offset alone, and then only on one side.
 */
function surroundsTrading(times: readonly number[], schedule: SessionSchedule): boolean {
  const sessions = new Set(times.map((time) => sessionOf(schedule, time)));
  return sessions.has('pre') && sessions.has('post');
}

function liesIn(walls: readonly number[], zone: string, schedule: SessionSchedule, sessions: TrackedSessions): boolean {
  const zoned = new ZonedTimes(zone);
  return walls.every((wall) => {
    const time = zoned.first(wall);
    return !Number.isNaN(time) && isTrading(schedule, sessions, time);
  });
}

function zoneOfOption(timezone: string, schedule: SessionSchedule | undefined): string {
  if (timezone !== 'exchange') return timezone;
  if (schedule !== undefined) return schedule.timeZone;
  throw new InvalidRequestError(
    'TIME_ZONE_NEEDED',
    'The zone of the exchange is not known; name it, such as --timezone Europe/Berlin, or give the instrument a schedule',
  );
}

function zoneNeeded(why: string, zone?: string): InvalidRequestError {
  const known = zone === undefined ? '' : ` (exchange is ${zone})`;
  return new InvalidRequestError(
    'TIME_ZONE_NEEDED',
    `The times of the file name no zone${why.startsWith('and') ? `, ${why}` : why}. Say which is meant with --timezone UTC, exchange or a zone such as America/New_York${known}`,
  );
}

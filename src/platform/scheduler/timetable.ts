import { Cron } from 'croner';
import { isDuplicateKey, type Collection, type Database } from '../database/index.ts';
import { NotFoundError } from '../errors/index.ts';
import { backgroundTimer, startLoop, type Loop } from '../waiting/index.ts';

/** Something to be done at certain times. */
export interface Appointment {
  readonly id: string;
  /** For people: what it does, and when. */
  readonly description: string;
  /** The first moment after `time` at which it is due; both UTC epoch ms. */
  nextAfter(time: number): number | Promise<number>;
  /** @param since when it ran last, UTC epoch ms; `undefined`: never, or it is to do all that it can */
  run(since: number | undefined): Promise<void>;
}

export interface AppointmentState {
  readonly id: string;
  readonly description: string;
  readonly nextRunAt: number;
  readonly lastRunAt: number | undefined;
}

/** Does what is due, once across all processes of a database; of runs that were missed it catches up one. */
export interface Timetable {
  list(): Promise<readonly AppointmentState[]>;
  /** Does it now, whatever the time. @throws NotFoundError `SCHEDULE_NOT_FOUND` */
  runNow(id: string): Promise<void>;
  start(): void;
  stop(): Promise<void>;
}

export interface AppointmentDocument {
  readonly _id: string;
  readonly nextRunAt: number;
  readonly lastRunAt?: number;
  /** When `nextRunAt` was found, UTC epoch ms; documents of earlier releases do not tell. */
  readonly foundAt?: number;
}

export interface TimetableOptions {
  /** UTC epoch ms. */
  readonly clock: () => number;
  /** Hears of a run that failed; the next one is on time. */
  readonly onError: (error: unknown) => void;
}

const LOOK_EVERY_MS = 5_000;
/** What was written by a clock that is this far ahead of ours is not believed: it is done, and its next time found anew. */
const BELIEVED_AHEAD_MS = 60_000;

/** The times of a cron expression in a time zone. @throws TypeError if either is not one */
export function cronTimes(expression: string, timeZone: string): (time: number) => number {
  const cron = new Cron(expression, { timezone: timeZone, paused: true });
  return (time) => cron.nextRun(new Date(time))?.getTime() ?? Infinity;
}

export function createTimetable(
  database: Database,
  appointments: readonly Appointment[],
  { clock, onError }: TimetableOptions,
): Timetable {
  const documents: Collection<AppointmentDocument> = database.collection('schedules');
  let loop: Loop | undefined;
  let isStopping = false;

  async function documentOf({ id, nextAfter }: Appointment): Promise<AppointmentDocument> {
    const known = await documents.findOne({ _id: id });
    if (known !== null) return known;
    const foundAt = clock();
    const first = { _id: id, nextRunAt: await nextAfter(foundAt), foundAt };
    await documents.insertOne(first).catch((error: unknown) => {
      if (!isDuplicateKey(error)) throw error; // another process was faster
    });
    return first;
  }

  /** Whoever moves the appointment to its next time is the one who does it. */
  async function keep(appointment: Appointment): Promise<void> {
    const now = clock();
    const { nextRunAt, lastRunAt, foundAt } = await documentOf(appointment);
    const isDoubtful = (foundAt ?? lastRunAt ?? now) > now + BELIEVED_AHEAD_MS;
    if (nextRunAt > now && !isDoubtful) return;
    const { matchedCount } = await documents.updateOne(
      { _id: appointment.id, nextRunAt, foundAt: foundAt ?? { $exists: false } },
      { $set: { nextRunAt: await appointment.nextAfter(now), lastRunAt: now, foundAt: now } },
    );
    if (matchedCount > 0) await appointment.run(isDoubtful ? undefined : lastRunAt);
  }

  async function look(): Promise<void> {
    for (const appointment of appointments) {
      if (isStopping) return;
      await keep(appointment).catch(onError);
    }
  }

  return {
    list: () =>
      Promise.all(
        appointments.map(async (appointment) => {
          const { nextRunAt, lastRunAt } = await documentOf(appointment);
          return { id: appointment.id, description: appointment.description, nextRunAt, lastRunAt };
        }),
      ),
    async runNow(id) {
      const appointment = appointments.find((one) => one.id === id);
      if (appointment === undefined) throw new NotFoundError('SCHEDULE_NOT_FOUND', `There is no schedule ${id}`);
      await documentOf(appointment);
      await documents.updateOne({ _id: id }, { $set: { lastRunAt: clock() } });
      await appointment.run(undefined);
    },
    start() {
      loop ??= startLoop(look, { restMs: LOOK_EVERY_MS, onError, timer: backgroundTimer });
    },
    async stop() {
      isStopping = true;
      await loop?.stop();
    },
  };
}

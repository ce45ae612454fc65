import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { KNOWN_SCHEDULES, sessionSchedule, type SessionSchedule } from '../market/index.ts';
import { InvalidRequestError } from '../platform/errors/index.ts';

/**
 * The schedules that ship and those of a folder of JSON files, by name; one of the folder replaces one that ships.
 * @throws InvalidRequestError `INVALID_CONFIG` that names the file
 */
export function loadSchedules(folder: string | undefined): ReadonlyMap<string, SessionSchedule> {
  if (folder === undefined) return KNOWN_SCHEDULES;
  const own = filesOf(folder).map((file) => readSchedule(join(folder, file)));
  return new Map([...KNOWN_SCHEDULES, ...own.map((schedule) => [schedule.name, schedule] as const)]);
}

function filesOf(folder: string): string[] {
  try {
    return readdirSync(folder).filter((file) => file.endsWith('.json'));
  } catch (cause) {
    throw new InvalidRequestError('INVALID_CONFIG', `The folder of POCKETQUANT_SCHEDULES cannot be read: ${folder}`, {
      cause,
    });
  }
}

function readSchedule(file: string): SessionSchedule {
  try {
    return sessionSchedule(basename(file, '.json'), JSON.parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new InvalidRequestError('INVALID_CONFIG', `${file} is not a schedule: ${reason}`, { cause });
  }
}

import Type from 'typebox';
import { documentsOf, type DocumentSchemas } from '../database/index.ts';
import { JOB_STATES } from './job.ts';
import type { AppointmentDocument } from './timetable.ts';

const OptionalNumber = Type.Optional(Type.Number());
const OptionalText = Type.Optional(Type.String());

/** What every job has, whatever its kind. */
export const jobFields = {
  _id: Type.String(),
  kind: Type.String(),
  state: Type.Enum(JOB_STATES),
  key: Type.String(),
  activeKey: OptionalText,
  priority: Type.Number(),
  runAfter: Type.Number(),
  attempts: Type.Integer({ minimum: 0 }),
  failures: Type.Integer({ minimum: 0 }),
  token: Type.Integer({ minimum: 0 }),
  queuedAt: OptionalNumber,
  holder: OptionalText,
  beat: OptionalNumber,
  leaseUntil: OptionalNumber,
  isCancelWanted: Type.Optional(Type.Boolean()),
  error: Type.Optional(Type.Object({ code: Type.String(), message: Type.String() })),
  createdAt: Type.Number(),
  startedAt: OptionalNumber,
  endedAt: OptionalNumber,
};

export const timetableDocuments: DocumentSchemas = {
  schedules: documentsOf<AppointmentDocument>()(
    Type.Object({ _id: Type.String(), nextRunAt: Type.Number(), lastRunAt: OptionalNumber, foundAt: OptionalNumber }),
  ),
};

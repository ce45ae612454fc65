export * from './session-schedule.ts';
export { sessionSchedule } from './schedule-format.ts';
export * from './known-schedules.ts';
export { sessionCloseAfter } from './trading-days.ts';
export * from './expected.ts';
export * from './aggregate-by-session.ts';

export * from './session-schedule.ts';
export { sessionSchedule } from './schedule-format.ts';
export * from './known-schedules.ts';
export { isTrading, sessionCloseAfter } from './trading-days.ts';
export * from './expected.ts';
export * from './aggregate-by-session.ts';
export * from './bar-grid.ts';
export * from './session-grid.ts';
export { boundaryStepMs } from './boundary-step.ts';

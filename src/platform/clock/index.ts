export { watchClock, type ClockState, type ClockWatch } from './clock-watch.ts';

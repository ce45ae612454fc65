export { startLoop, type Loop, type LoopOptions } from './loop.ts';
export { SideBySide } from './side-by-side.ts';
export { backgroundTimer, sleep, systemTimer, type Timer } from './timer.ts';
export { together } from './together.ts';
export { within, type Limit } from './within.ts';

export { asSeen, isLikelyHeld, LeaseWatch, type LeaseMark } from './lease-watch.ts';

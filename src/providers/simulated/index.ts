export { createSimulated } from './simulated.ts';

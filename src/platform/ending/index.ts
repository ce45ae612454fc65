export { createEnding, type Ending, type Unfinished } from './ending.ts';

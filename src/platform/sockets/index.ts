export { openJsonSocket } from './json-socket.ts';
export type * from './socket-options.ts';

export { openSharedChannel } from './shared-channel.ts';

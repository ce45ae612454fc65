export { createCcxt, type CcxtOptions } from './client.ts';

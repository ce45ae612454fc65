export { spool, type SpooledFile } from './spooled-file.ts';

export { createFiles, type FilesOptions } from './files.ts';

export { cursorAfter, placeOfCursor, type CursorScope } from './cursor.ts';
export { newestFirst } from './newest-first.ts';

export * from './job.ts';
export * from './job-scheduler.ts';
export * from './timetable.ts';
export { jobFields, timetableDocuments } from './stored-documents.ts';

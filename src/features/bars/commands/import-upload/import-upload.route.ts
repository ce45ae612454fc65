import { stat } from 'node:fs/promises';
import Type, { type Static } from 'typebox';
import { isoOrNull } from '../../../../market/index.ts';
import { removeSpooled, spool } from '../../../../barfiles/index.ts';
import type { Bus } from '../../../../platform/bus/index.ts';
import { InvalidRequestError, StoreError } from '../../../../platform/errors/index.ts';
import { bodies, takeFiles, untilGone, uploadedFile, type HttpServer } from '../../../../platform/http/index.ts';
import { wholeBarJson } from '../../bars-json.ts';
import { ImportsJson, ImportsQuery, OrderedJson } from '../../imports-http.ts';
import { readBarFile, type BarFilePreview } from '../../queries/read-bar-file/read-bar-file.query.ts';
import { readBarFiles } from '../../queries/read-bar-file/read-bar-files.query.ts';
import { inParameters } from '../import-bars/import-json.ts';
import { importUpload, inQueryTerms, type UploadLoad } from './import-job.ts';
import { orderImport } from './import-upload.command.ts';

// For the documents alone: a stream is nothing that a schema could look into.
const AnyBytes = Type.Unsafe<unknown>({});
const OneFile = Type.Object({ file: Type.Optional(Type.Unsafe<unknown>({ format: 'binary' })) });

const schema = {
  operationId: 'importBars',
  tags: ['bars'],
  summary: 'Import a file of bars',
  description:
    'The file is the body, of any type, or the one file of a form. It is read in the one way that it shows or that the ' +
    'parameters name; else it is refused with the parameter that decides, and nothing of it is stored. With preview=true ' +
    'nothing is stored either way.',
  querystring: ImportsQuery,
  body: {
    content: {
      'application/octet-stream': { schema: AnyBytes },
      'text/csv': { schema: AnyBytes },
      'multipart/form-data': { schema: OneFile },
    },
  },
  response: {
    200: bodies('The outcome: of one file, or with `name` of each', { 'application/json': ImportsJson }),
    202: bodies('The file is imported by a job, whose outcome is at /jobs/{id}', { 'application/json': OrderedJson }),
  },
};

export interface UploadLimits {
  readonly maxBytes: number;
  readonly load: UploadLoad;
}

const MOST_AT_A_TIME = 4;
const RETRY_AFTER_SECONDS = 5;
/** Larger files become jobs. */
const LARGE_BYTES = 33_554_432;

export function routeImports(http: HttpServer, bus: Bus, { maxBytes, load }: UploadLimits): void {
  let underWay = 0;
  takeFiles(http, (scope) =>
    scope.post('/imports', { schema, config: { isUpload: true } }, async (request, reply) => {
      const { query, id: correlationId, raw } = request;
      const signal = untilGone(reply);
      underWay++;
      let path: string | undefined;
      try {
        if (underWay + load.jobs > MOST_AT_A_TIME)
          throw new StoreError(
            'OVERLOADED',
            `${MOST_AT_A_TIME} imports are under way; send the file again in a moment`,
            {
              retryAfterSeconds: RETRY_AFTER_SECONDS,
            },
          );
        const { name, pieces } = await uploadedFile(request, signal);
        const fileName = query.fileName ?? name;
        ({ path } = await spool(pieces, {
          name: fileName,
          limit: { bytes: maxBytes, refuse: () => tooLarge(maxBytes) },
        }));
        const { isPreview, isJob, rows, upload } = wishesOf(query, path, fileName);
        if (isPreview) return await previewOf(bus, upload, rows, { correlationId, signal });
        if (isJob ?? (await stat(path)).size > LARGE_BYTES) {
          const { id, state } = await bus.execute(orderImport(upload), { correlationId });
          path = undefined; // the job's from now on
          return await reply.status(202).header('location', `/api/v1/jobs/${id}`).send({ id, kind: 'import', state });
        }
        return (await importUpload(bus, upload, { correlationId, signal })).outcome;
      } catch (error) {
        // Whoever still sends is not listened to any longer.
        if (!raw.complete) void reply.header('connection', 'close');
        throw error instanceof InvalidRequestError ? inQueryTerms(error) : error;
      } finally {
        underWay--;
        if (path !== undefined) await removeSpooled(path);
      }
    }),
  );
}

/** Absent is what was not asked. */
const yesNo = (text: 'true' | 'false' | undefined): boolean | undefined =>
  text === undefined ? undefined : text === 'true';

function wishesOf(query: Static<typeof ImportsQuery>, path: string, fileName: string | undefined) {
  const { preview, job, rows, isComplete, forceInterval, provider = 'file', state = 'final', ...reading } = query;
  const flags = { isComplete: yesNo(isComplete), forceInterval: yesNo(forceInterval) };
  return {
    isPreview: preview === 'true',
    isJob: yesNo(job),
    rows,
    upload: { ...reading, ...flags, provider, state, path, fileName },
  };
}

async function previewOf(
  bus: Bus,
  {
    path,
    name,
    fileName,
    provider: _p,
    state: _s,
    isComplete: _c,
    duplicates: _d,
    ...options
  }: ReturnType<typeof wishesOf>['upload'],
  rows: number | undefined,
  origin: { readonly correlationId: string; readonly signal: AbortSignal },
) {
  const question = { ...options, source: path, rows };
  if (name === undefined) return previewJson(await bus.ask(readBarFile(question), origin));
  const files = await bus.ask(readBarFiles({ ...question, name, fileName }), origin);
  return {
    files: files.slice(0, MOST_PREVIEWED).map(({ file, preview, error }) => ({
      file,
      preview: preview === undefined ? null : previewJson(preview),
      error: error === undefined ? null : { code: error.code, message: inParameters(error.message) },
    })),
    filesCount: files.length,
  };
}

const MOST_PREVIEWED = 1_000;

function previewJson({ reading, series, faults }: BarFilePreview) {
  return {
    reading,
    series: series.map(({ instrumentId, bars }) => ({ instrumentId, bars: bars.map(wholeBarJson) })),
    faults: faults.map(({ line, code, message, openTime }) => ({
      line,
      code,
      message: inParameters(message),
      openTime: isoOrNull(openTime),
    })),
  };
}

function tooLarge(maxBytes: number): InvalidRequestError {
  return new InvalidRequestError(
    'BODY_TOO_LARGE',
    `The file is larger than ${maxBytes} bytes; pack it, send it in parts, or raise POCKETQUANT_MAX_IMPORT_BYTES`,
  );
}

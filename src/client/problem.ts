/** Why a request failed, as the server says it. `docs/reference/errors.md` explains each code. */
export class PocketQuantProblem extends Error {
  override readonly name = 'PocketQuantProblem';
  /** The HTTP status. */
  readonly status: number;
  readonly code: string;
  /** What was wrong and what to do; the message says the same. */
  readonly detail: string;
  /** What is wrong with which field, where the input was refused. */
  readonly errors: readonly FieldFault[];
  /** Id of the request, also in the server's log. */
  readonly correlationId: string | undefined;

  constructor({ status, code, detail, errors = [], correlationId }: ProblemJson) {
    super(detail);
    this.status = status;
    this.code = code;
    this.detail = detail;
    this.errors = errors;
    this.correlationId = correlationId;
  }
}

/** PocketQuant does not answer: nothing does, or something else. */
export class ServerUnreachable extends Error {
  override readonly name = 'ServerUnreachable';
}

export interface FieldFault {
  /** JSON pointer into the input. */
  readonly path: string;
  readonly message: string;
}

interface ProblemJson {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly errors?: readonly FieldFault[] | undefined;
  readonly correlationId?: string | undefined;
}

/** What an answer with an error says. */
export async function problemOf(response: Response): Promise<PocketQuantProblem | ServerUnreachable> {
  if (response.headers.get('content-type')?.startsWith('application/problem+json') === true)
    return new PocketQuantProblem((await response.json()) as ProblemJson);
  await response.body?.cancel();
  return new ServerUnreachable(`${response.url} answers ${response.status}, not as PocketQuant does`);
}

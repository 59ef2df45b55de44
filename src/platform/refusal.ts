/** What went wrong next to which field: field name → sentence. */
export type FieldErrors = Record<string, string>;

/**
 * A deed that will not be done, said so that a person can act on it.
 * `code` is stable and for machines, `status` is the HTTP status, `message` is the sentence shown.
 */
export class Refusal extends Error {
  readonly code: string;
  readonly status: number;
  readonly fields: FieldErrors;
  readonly retryAfterSeconds: number | undefined;
  readonly detail: Record<string, unknown>;

  constructor(
    code: string,
    status: number,
    sentence: string,
    more: { fields?: FieldErrors; retryAfterSeconds?: number; detail?: Record<string, unknown>; cause?: unknown } = {},
  ) {
    super(sentence, more.cause === undefined ? {} : { cause: more.cause });
    this.name = 'Refusal';
    this.code = code;
    this.status = status;
    this.fields = more.fields ?? {};
    this.retryAfterSeconds = more.retryAfterSeconds;
    this.detail = more.detail ?? {};
  }
}

/** The refusal of a form: one sentence for each field at fault. */
export function refuseFields(fields: FieldErrors): Refusal {
  return new Refusal('fields-invalid', 422, Object.values(fields)[0] ?? 'Please check the form.', { fields });
}

/** Thrown when something asked for by id is not there. */
export function notFound(what: string): Refusal {
  return new Refusal('not-found', 404, `This ${what} does not exist.`);
}

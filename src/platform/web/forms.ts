import type { Request } from 'express';
import type { z } from 'zod';
import { type FieldErrors, Refusal } from '../refusal.ts';

/** What a form gave: its values, or a sentence for each field at fault beside what was typed. */
export type FormResult<T> =
  | { ok: true; values: T; typed: Record<string, string>; errors: FieldErrors }
  | { ok: false; values?: undefined; typed: Record<string, string>; errors: FieldErrors };

/**
 * Reads a posted form through a strict schema. Errors: a Refusal (400) when the body is no form or has a field
 * that the page does not have.
 */
export function readForm<S extends z.ZodType>(schema: S, req: Request): FormResult<z.output<S>> {
  const body: unknown = req.body;
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new Refusal('bad-request', 400, 'The form arrived empty. Please go back and send it again.');
  }
  const typed = Object.fromEntries(
    Object.entries(body).map(([name, value]) => [name, typeof value === 'string' ? value : '']),
  );
  const result = schema.safeParse(body);
  if (result.success) return { ok: true, values: result.data, typed, errors: {} };

  const unknown = result.error.issues.find((issue) => issue.code === 'unrecognized_keys');
  if (unknown) {
    throw new Refusal(
      'unknown-field',
      400,
      `The form has a field that this page does not know: ${unknown.keys.join(', ')}.`,
    );
  }
  const errors: FieldErrors = {};
  for (const issue of result.error.issues) errors[issue.path.map(String).join('.')] ??= issue.message;
  return { ok: false, typed, errors };
}

/** One value of a query string: the last one given, trimmed, at most 200 characters, without NUL, which PostgreSQL refuses. */
export function queryText(req: Request, name: string): string {
  const value = req.query[name];
  const last = Array.isArray(value) ? value.at(-1) : value;
  return typeof last === 'string' ? last.replaceAll('\0', '').trim().slice(0, 200) : '';
}

/** The sentences of a deed refused for what was typed, to show the form again; any other error is thrown on. */
export function fieldErrorsOf(error: unknown): FieldErrors {
  if (error instanceof Refusal && Object.keys(error.fields).length > 0) return error.fields;
  throw error;
}

import type { Call } from '../call.ts';
import type { KindName, Kinds } from '../ledger.ts';
import { invalid, missing } from '../stripe-error.ts';
import type { Read, Shape } from './read-params.ts';

/** What every list takes. */
export const PAGE = {
  limit: 'integer',
  starting_after: 'string',
  ending_before: 'string',
  created: 'opaque',
} as const satisfies Shape;

export interface Page<T> {
  object: 'list';
  url: string;
  has_more: boolean;
  data: T[];
}

/** One page, newest first. */
export function pageOf<K extends KindName>(
  call: Call,
  kind: K,
  params: Partial<Read<typeof PAGE>>,
  equals: Record<string, string | undefined> = {},
  hidden: Record<string, string | undefined> = {},
): Page<Kinds[K]> {
  const { limit = 10, starting_after: startingAfter, ending_before: endingBefore } = params;
  if (limit < 1 || limit > 100) {
    throw invalid('Limit must be between 1 and 100.', 'parameter_invalid_integer', 'limit');
  }
  for (const [param, id] of Object.entries({ starting_after: startingAfter, ending_before: endingBefore })) {
    if (id && !call.books.get(kind, id)) throw missing(kind, id, param);
  }
  const created = createdOf(params.created);
  const found = call.books.list(kind, { equals, hidden, created, startingAfter, endingBefore, limit: limit + 1 });
  const data = endingBefore ? found.slice(-limit) : found.slice(0, limit);
  return { object: 'list', url: call.path, has_more: found.length > limit, data };
}

function createdOf(given: Read<'opaque'> | undefined): { gt?: number; gte?: number; lt?: number; lte?: number } {
  if (given === undefined) return {};
  const range: Record<string, unknown> = typeof given === 'string' ? { gte: given, lte: given } : given;
  const read: Record<string, number> = {};
  for (const [name, value] of Object.entries(range)) {
    if (!['gt', 'gte', 'lt', 'lte'].includes(name)) {
      throw invalid(`Received unknown parameter: created[${name}]`, 'parameter_unknown', `created[${name}]`);
    }
    if (!/^\d+$/.test(String(value))) {
      throw invalid(`Invalid timestamp: ${value}`, 'parameter_invalid_integer', `created[${name}]`);
    }
    read[name] = Number(value);
  }
  return read;
}

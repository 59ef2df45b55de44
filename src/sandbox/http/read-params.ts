import { invalid } from '../stripe-error.ts';
import type { Form, FormValue } from './read-form.ts';

/**
 * What an endpoint takes. `map` is metadata, `strings` a list, `opaque` is accepted and not looked into,
 * a list of words is an enum, a record is a nested object.
 */
export type Kind = 'string' | 'integer' | 'boolean' | 'map' | 'strings' | 'opaque' | readonly string[] | Shape;
export type Shape = { readonly [name: string]: Kind };

export type Read<K> = K extends 'string'
  ? string
  : K extends 'integer'
    ? number
    : K extends 'boolean'
      ? boolean
      : K extends 'map'
        ? Record<string, string> | ''
        : K extends 'strings'
          ? string[]
          : K extends 'opaque'
            ? FormValue
            : K extends readonly (infer Word)[]
              ? Word | ''
              : { -readonly [Name in keyof K]?: Read<K[Name]> };

/** The parameters in their types. An empty string unsets, as with Stripe. Throws Stripe's 400 otherwise. */
export function readParams<const S extends Shape>(form: Form, shape: S): Read<S> {
  return readShape({ ...form }, shape, '') as Read<S>;
}

function readShape(form: Form, shape: Shape, path: string): Record<string, unknown> {
  const read: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(form)) {
    const param = path ? `${path}[${name}]` : name;
    if (name === 'expand' && !path) continue;
    const kind = Object.hasOwn(shape, name) ? shape[name] : undefined;
    if (kind === undefined) throw unknown(param);
    read[name] = readValue(value, kind, param);
  }
  return read;
}

function readValue(value: FormValue, kind: Kind, param: string): unknown {
  if (kind === 'opaque') return value;
  if (kind === 'strings') return typeof value === 'string' ? [] : Object.values(value).map(String);
  if (kind === 'map') return readMap(value, param);
  if (typeof kind === 'object' && !isWords(kind)) {
    if (typeof value === 'string') throw invalid(`Invalid object`, 'parameter_invalid_object', param);
    return readShape(value, kind, param);
  }
  if (typeof value !== 'string') throw invalid('Invalid string', 'parameter_invalid_string', param);
  if (kind === 'string') return value.trim();
  if (kind === 'integer') return readInteger(value, param);
  if (kind === 'boolean') return readBoolean(value, param);
  if (value === '' || kind.includes(value)) return value;
  throw invalid(`Invalid ${param}: must be one of ${kind.join(', ')}`, undefined, param);
}

function isWords(kind: Shape | readonly string[]): kind is readonly string[] {
  return Array.isArray(kind);
}

function readInteger(value: string, param: string): number {
  if (!/^-?\d{1,15}$/.test(value)) throw invalid(`Invalid integer: ${value}`, 'parameter_invalid_integer', param);
  return Number(value);
}

function readBoolean(value: string, param: string): boolean {
  if (value === 'true' || value === '1') return true;
  if (value === 'false' || value === '0') return false;
  throw invalid(`Invalid boolean: ${value}`, undefined, param);
}

function readMap(value: FormValue, param: string): Record<string, string> | '' {
  if (typeof value === 'string') {
    if (value === '') return '';
    throw invalid('Invalid object', 'parameter_invalid_object', param);
  }
  const entries = Object.entries(value);
  if (entries.length > 50) throw invalid('Metadata takes at most 50 keys.', undefined, param);
  for (const [key, text] of entries) {
    if (key.length > 40) throw invalid('A metadata key has at most 40 characters.', undefined, param);
    if (typeof text !== 'string' || text.length > 500) {
      throw invalid('Metadata values can have up to 500 characters.', undefined, `${param}[${key}]`);
    }
  }
  return Object.fromEntries(entries) as Record<string, string>;
}

function unknown(param: string) {
  if (param === 'payment_method_types') {
    return invalid(
      'The payment_method_types parameter is no longer supported. Use allowed_payment_method_types instead.',
      'payment_method_types_no_longer_supported',
      param,
    );
  }
  return invalid(`Received unknown parameter: ${param}`, 'parameter_unknown', param);
}

/** Metadata after a change: a key with an empty value goes, an empty whole clears. */
export function mergeMetadata(
  before: Record<string, string>,
  change: Record<string, string> | '' | undefined,
): Record<string, string> {
  if (change === undefined) return before;
  if (change === '') return {};
  return Object.fromEntries(Object.entries({ ...before, ...change }).filter(([, value]) => value !== ''));
}

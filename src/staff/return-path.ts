import { paths } from '../paths.ts';

/**
 * Where to go after signing in: a path of this portal as it was given, else the home page. Anything that a browser
 * could read as another site (`//host`, `/\host`, a scheme, control characters) is not taken.
 */
export function returnPath(given: unknown): string {
  if (typeof given !== 'string' || given.length > 2000 || !/^\/(?![/\\])[\x21-\x7e]*$/.test(given)) return paths.home();
  if (given.includes('\\') || !URL.canParse(given, 'http://own.invalid')) return paths.home();
  const url = new URL(given, 'http://own.invalid');
  // A path such as /.//host becomes //host once its dots are resolved.
  if (url.origin !== 'http://own.invalid' || url.pathname.startsWith('//')) return paths.home();
  return url.pathname.startsWith(paths.signIn()) ? paths.home() : url.pathname + url.search;
}

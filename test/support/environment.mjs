/**
 * Jest gives each test file a world of its own and would load every library anew in it. Ours are loaded once for each
 * worker instead, in the world outside, and what stands in test/support/libraries.mjs hands them in.
 */
import { types } from 'node:util';
import { TestEnvironment } from 'jest-environment-node';

/** What both worlds make and ask after, so that `instanceof` holds across them. */
const SHARED = { Date, Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError, AggregateError };

/** What an async function gives cannot be shared so: here a promise of either world is one to the libraries. */
const ordinary = Function.prototype[Symbol.hasInstance];
Object.defineProperty(Promise, Symbol.hasInstance, {
  configurable: true,
  value(one) {
    return this === Promise ? types.isPromise(one) : ordinary.call(this, one);
  },
});

/** Where ours stands in for a library. */
const OURS = { '@node-rs/argon2': './argon2.mjs' };

export default class extends TestEnvironment {
  constructor(...given) {
    super(...given);
    Object.assign(this.global, SHARED);
    this.global[Symbol.for('portal.libraries')] = (name) => import(OURS[name] ?? name);
    // The libraries complain here; see silent-console.ts.
    this.global[Symbol.for('portal.outer-console')] = console;
  }
}

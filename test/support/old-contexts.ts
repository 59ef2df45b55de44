/**
 * Node 20 walks through every AsyncLocalStorage ever used whenever a promise is made. Each test file brings its own copies
 * into the same process, so the last files would pay for all before them: here those of earlier files are switched off.
 */
import { AsyncLocalStorage } from 'node:async_hooks';

const KEY = Symbol.for('portal.used-contexts');
const shared = AsyncLocalStorage as unknown as { [KEY]?: Set<AsyncLocalStorage<unknown>> };

if (shared[KEY]) {
  for (const old of shared[KEY]) old.disable();
  shared[KEY].clear();
} else {
  const used = new Set<AsyncLocalStorage<unknown>>();
  shared[KEY] = used;
  const { run } = AsyncLocalStorage.prototype;
  AsyncLocalStorage.prototype.run = function (this: AsyncLocalStorage<unknown>, ...given: Parameters<typeof run>) {
    used.add(this);
    return run.apply(this, given);
  } as typeof run;
}

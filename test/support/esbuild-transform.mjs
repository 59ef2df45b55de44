import { createHash } from 'node:crypto';
import { transformSync } from 'esbuild';

export default {
  /** The map apart from the code: each test file parses hundreds of modules, and a map is twice as long as its code. */
  process: (source, file) => {
    const { code, map } = transformSync(source, {
      loader: 'ts',
      format: 'esm',
      target: 'node20',
      sourcemap: 'external',
      sourcefile: file,
    });
    return { code, map };
  },
  getCacheKey: (source, file) => createHash('sha1').update('2').update(source).update(file).digest('hex'),
};

import { createHash } from 'node:crypto';
import { transformSync } from 'esbuild';

export default {
  process: (source, file) => ({
    code: transformSync(source, {
      loader: 'ts',
      format: 'esm',
      target: 'node20',
      sourcemap: 'inline',
      sourcefile: file,
    }).code,
  }),
  getCacheKey: (source, file) => createHash('sha1').update('1').update(source).update(file).digest('hex'),
};

// Loaded into every process of a test run in which the build is fresh: what tests import from src/ and workers/ comes from dist/, compiled
// once instead of by tsx in every process and thread, which is half of what starting a simulator costs. Tests themselves are run by tsx.
import { readFileSync } from 'node:fs';
import { createRequire, register, syncBuiltinESMExports } from 'node:module';
import { isMainThread } from 'node:worker_threads';

register('./compiled-sources-hooks.js', import.meta.url);

// Threads inherit tsx and these hooks, and pay for both at every start, though what they load is compiled. A test file that names a module
// in TypeScript as a thread's is left as it is.
const namesTypeScript = () => /\.ts['"`]/.test(readFileSync(process.argv[1], 'utf8'));
if (isMainThread && process.argv[1]?.endsWith('.test.ts') && !namesTypeScript()) {
  const threads = createRequire(import.meta.url)('node:worker_threads');
  const { Worker } = threads;
  threads.Worker = class extends Worker {
    constructor(file, options) {
      super(file, { ...options, execArgv: options?.execArgv ?? [] });
    }
  };
  syncBuiltinESMExports();
}

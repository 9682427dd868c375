/** Where the worker threads' entry module lies: beside src/, compiled or not, with the ending that this module has itself. */
import { fileURLToPath } from 'node:url';

const ending = import.meta.url.endsWith('.ts') ? 'ts' : 'js';

export const workerFilename = fileURLToPath(new URL(`../../workers/render.${ending}`, import.meta.url));

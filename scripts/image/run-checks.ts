/** Runs every check of an image that has been built, one after another, and says how each has gone. scripts/image-check starts it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endChildrenOnExit } from '../../bench/streams/child-processes.js';
import { countOf, programArguments } from '../../bench/streams/program-arguments.js';
import { checksAtRest } from './checks-at-rest.js';
import { checksLoaded } from './checks-loaded.js';
import { checksServing } from './checks-serving.js';
import { endContainers } from './container.js';
import { readImage } from './image.js';

const HELP = `tsx scripts/image/run-checks.ts --root FOLDER --base FOLDER --image FILE [--streams 1000]

  --root     where the image's file system is mounted
  --base     where that of the image that it is built on is
  --image    what buildah inspect --type image says of it
  --streams  open at a time in the load run

Needs root, for namespaces, and a network in which ports 8080 and 9090 are free.
Exit code: 0 every check holds, 1 one does not, 2 the command line is wrong.`;

const { base, image: file, root, streams } = programArguments(HELP, { root: '', base: '', image: '', streams: '1000' });
const count = countOf('streams', streams, HELP);
endChildrenOnExit();
const scratch = mkdtempSync(join(tmpdir(), 'llm-simulator-image-checks-'));
process.once('exit', () => rmSync(scratch, { recursive: true, force: true }));

const image = readImage(root, file);
const groups = [checksAtRest(image, base, scratch), checksServing(image), checksLoaded(image, count, scratch)];
let failed = 0;
for (const checks of groups) {
  for (const { promise, verify } of checks) {
    const startMs = performance.now();
    try {
      const figure = await verify();
      const seconds = ((performance.now() - startMs) / 1_000).toFixed(1);
      console.log(`ok    ${promise} (${[figure, `${seconds} s`].filter(Boolean).join('; ')})`);
    } catch (error) {
      failed++;
      console.log(`FAIL  ${promise}\n${(error as Error).message}`);
      // The checks of a group follow one another on one container.
      break;
    }
  }
  endContainers();
}
process.exit(failed === 0 ? 0 : 1);

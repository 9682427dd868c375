#!/usr/bin/env node
/** The command: argv in, exit code out. */
import { run } from './cli/program.js';

// Words that nobody can read any more are no reason to end.
process.stderr.on('error', () => {});
process.exitCode = await run(process.argv);

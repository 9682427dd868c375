#!/usr/bin/env node
/** The command: argv in, exit code out. */
import { run } from './cli/program.js';

process.exitCode = await run(process.argv);

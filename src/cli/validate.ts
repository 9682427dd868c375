/**
 * `llm-simulator validate`: reads a configuration with all its layers and reports every problem, or how near its distributions come to the
 * percentiles that they are given by, and what its traces hold. Starts nothing.
 */
import { loadConfiguration } from '../config/loader.js';
import { formatPercentiles, reportPercentiles, summarizePercentiles } from '../config/percentile-report.js';
import { ConfigurationFailure, formatProblems, withYamlNumbers } from '../config/problems.js';
import { formatTraces, reportTraces } from '../config/trace-report.js';
import { EXIT_CONFIGURATION, EXIT_OK } from './exit-codes.js';
import { StandardOutput } from './standard-output.js';

export interface ValidateFlags {
  readonly config?: string;
  readonly json?: boolean;
}

/** Prints the result and returns the exit code. */
export async function validate({ config, json = false }: ValidateFlags): Promise<number> {
  const output = new StandardOutput();
  try {
    const configuration = loadConfiguration({ file: config, environment: process.env });
    const models = Object.values(configuration.providers).filter((model) => model.enabled).length;
    const percentiles = reportPercentiles(configuration);
    const traces = reportTraces(configuration);
    if (json) {
      const summary = { valid: true, problems: [], models, ...summarizePercentiles(percentiles), traces };
      await output.write(`${JSON.stringify(summary)}\n`);
    } else {
      const verdict = `${config ?? 'the default configuration'} is valid: ${models} models`;
      await output.write(`${[verdict, ...formatPercentiles(percentiles), ...formatTraces(traces)].join('\n')}\n`);
    }
    return EXIT_OK;
  } catch (error) {
    if (!(error instanceof ConfigurationFailure)) throw error;
    if (json) await output.write(`${JSON.stringify({ valid: false, problems: error.problems }, withYamlNumbers)}\n`);
    else process.stderr.write(`${formatProblems(error.problems)}\n${error.hint}\n`);
    return EXIT_CONFIGURATION;
  }
}

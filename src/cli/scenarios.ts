/** `llm-simulator scenarios`: what the configuration has, with its parameters and its timeline. Starts nothing. */
import { loadConfiguration } from '../config/loader.js';
import { suggestChoice } from '../config/suggestions.js';
import { Failure } from '../kernel/failure.js';
import { type ScenarioDocument, type StepDocument, scenarioDocuments } from '../scenarios/description.js';
import { EXIT_OK } from './exit-codes.js';
import { StandardOutput } from './standard-output.js';

export interface ScenariosFlags {
  readonly config?: string;
  readonly json?: boolean;
}

/** Prints them, or the one of the name, and returns the exit code. */
export async function scenarios(name: string | undefined, { config, json = false }: ScenariosFlags): Promise<number> {
  const configuration = loadConfiguration({ file: config, environment: process.env });
  const all = scenarioDocuments(configuration.scenarios);
  const shown = name === undefined ? all : all.filter((scenario) => scenario.name === name);
  if (name !== undefined && shown.length === 0) {
    const names = all.map((scenario) => scenario.name);
    throw new Failure('USAGE_INVALID', `there is no scenario ${JSON.stringify(name)}`, {
      hint: suggestChoice(name, names) ?? `One of: ${names.join(', ')}`,
    });
  }
  const text = json ? JSON.stringify(name === undefined ? { scenarios: shown } : shown[0], null, 2) : textOf(shown);
  await new StandardOutput().write(`${text}\n`);
  return EXIT_OK;
}

function textOf(documents: readonly ScenarioDocument[]): string {
  return documents.map((document) => linesOf(document).join('\n')).join('\n\n');
}

function linesOf({
  description,
  duration_seconds: secs,
  name,
  parameters,
  repeat,
  timeline,
}: ScenarioDocument): string[] {
  const length = secs === null ? 'until it is deactivated' : `${secs} s unless told otherwise`;
  return [
    `${name}  ${length}${repeat ? ', over and over' : ''}`,
    ...(description === '' ? [] : [`  ${description}`]),
    ...Object.entries(parameters).map(
      ([parameter, { default: fallback, description: meaning, maximum, minimum, unit }]) => {
        const range = `${fallback}, from ${minimum} to ${maximum}${unit === null ? '' : ` ${unit}`}`;
        return `  ${parameter} = ${range}${meaning === '' ? '' : `: ${meaning}`}`;
      },
    ),
    ...timeline.map((step) => `  ${stepLine(step)}`),
  ];
}

function stepLine(step: StepDocument): string {
  const { from_seconds: from, name, until_seconds: until, faults = [], match, ...factors } = step;
  const effects = [
    ...Object.entries(factors).map(([key, value]) => `${key} ${shown(value)}`),
    ...faults.map(
      ({ fault, probability }) => `${typeof fault === 'string' ? fault : JSON.stringify(fault)} ${shown(probability)}`,
    ),
    ...(match === undefined ? [] : [`for ${JSON.stringify(match)}`]),
  ];
  return `${from} s – ${until === null ? 'end' : `${until} s`}  ${name ?? ''}: ${effects.join(', ') || 'nothing'}`;
}

function shown(value: number | { readonly from: number; readonly to: number }): string {
  return typeof value === 'number' ? String(value) : `${value.from} → ${value.to}`;
}

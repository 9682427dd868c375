/**
 * The `scenarios` section: named timelines of what an upstream goes through. Those of config/scenarios/ are what a user's entries merge
 * into; the steps are a list, so a file's list replaces a lower layer's, and what a step leaves out is as without the scenario.
 */
import type { JsonSchema } from '../../kernel/json-schema.js';
import {
  ACTIVE_SCENARIOS_MAX,
  DURATION_SECS_MAX,
  NAME_PATTERN,
  NAME_TITLE,
  PARAMETERS_MAX,
  SCENARIOS_MAX,
  STEP_FAULTS_MAX,
  STEPS_MAX,
} from '../../scenarios/contract.js';
import { FACTOR_RANGE, LIMITS_FACTOR_RANGE, type Range, SHARE_RANGE } from '../../scenarios/quantities.js';

const name = { type: 'string', pattern: NAME_PATTERN, title: NAME_TITLE } as const;
const parameterText = '^\\$\\{[A-Za-z][A-Za-z0-9_-]{0,63}\\}$';
const glob = { type: 'string', minLength: 1, maxLength: 160 } as const;
const number = { type: 'number', minimum: -1e9, maximum: 1e9 } as const;

function quantity({ minimum, maximum }: Range) {
  const title = `a number from ${minimum} to ${maximum}, or \${parameter}`;
  return { type: ['number', 'string'], minimum, maximum, pattern: parameterText, title } as const;
}

/** A quantity, or a mapping that lets it go from one value to another. */
function course(range: Range, description: string) {
  const { minimum, maximum, pattern } = quantity(range);
  return {
    type: ['number', 'string', 'object'],
    minimum,
    maximum,
    pattern,
    title: `a number from ${minimum} to ${maximum}, \${parameter}, or {from, to} of these`,
    additionalProperties: false,
    required: ['from', 'to'],
    properties: {
      from: { ...quantity(range), description: 'At the start of the step.' },
      to: { ...quantity(range), description: 'At its end.' },
    },
    description: `${description} \`{from, to}\` lets it change evenly while the step lasts.`,
  } as const satisfies JsonSchema;
}

const parameterSchema = {
  type: 'object',
  title: 'a parameter',
  description: 'A number that an activation may give, and that steps name with a dollar sign and braces.',
  additionalProperties: false,
  required: ['default'],
  properties: {
    default: { ...number, description: 'Unless the activation says.' },
    minimum: { ...number, description: 'Absent: what the places take in which it stands.' },
    maximum: { ...number, description: 'Absent: what the places take in which it stands.' },
    unit: { type: 'string', maxLength: 32, description: 'For the reader.' },
    description: { type: 'string', maxLength: 1_000, description: 'For the reader.' },
  },
} as const satisfies JsonSchema;

const matchSchema = {
  type: 'object',
  description: 'Which requests the step is for; every key that is given has to fit. Absent: all.',
  additionalProperties: false,
  properties: {
    model: {
      ...glob,
      description: 'Name of the configured model that serves the request; `*` stands for any characters.',
    },
    provider: {
      type: 'string',
      enum: ['openai', 'azure', 'anthropic', 'gemini'],
      description: 'Whose API the request came by.',
    },
    endpoint: {
      ...glob,
      description:
        'Name of the endpoint, such as `openai.chat.completions` or `anthropic.*`; `*` stands for any characters.',
    },
  },
} as const satisfies JsonSchema;

const faultSchema = {
  type: 'object',
  title: 'a fault with its probability',
  additionalProperties: false,
  required: ['fault'],
  properties: {
    fault: {
      type: ['string', 'object'],
      title: 'the name of a kind of fault, or a mapping with its kind and parameters',
      maxLength: 64,
      additionalProperties: true,
      description: 'As in `faults.rules`; any parameter of it may be one of the scenario.',
    },
    probability: course(SHARE_RANGE, 'Share of the requests that get it. Absent: all.'),
    match: {
      type: 'object',
      additionalProperties: true,
      properties: {
        api_key: {
          type: ['string', 'array'],
          title: 'an API key, or a list of them',
          'x-secret': true,
          description: 'As in `faults.rules`. Shown nowhere.',
        },
      },
      description: "As in `faults.rules`; its keys replace those of the step's match.",
    },
  },
} as const satisfies JsonSchema;

const stepSchema = {
  type: 'object',
  title: 'a step',
  additionalProperties: false,
  properties: {
    name: { type: 'string', maxLength: 64, description: 'For the reader.' },
    duration_secs: {
      ...quantity({ minimum: 0, maximum: DURATION_SECS_MAX }),
      description: 'How long it lasts. The last step may do without: it lasts to the end.',
      'x-unit': 's',
    },
    share: { ...quantity(SHARE_RANGE), description: 'In place of duration_secs: how much of the whole it lasts.' },
    match: matchSchema,
    latency_factor: course(FACTOR_RANGE, 'What the time to first token and the gaps are multiplied by. Absent: 1.'),
    ttft_factor: course(FACTOR_RANGE, 'What the time to first token alone is multiplied by, besides. Absent: 1.'),
    itl_factor: course(FACTOR_RANGE, 'What the gaps between tokens alone are multiplied by, besides. Absent: 1.'),
    limits_factor: course(LIMITS_FACTOR_RANGE, 'What the configured rate limits are multiplied by. Absent: 1.'),
    faults: {
      type: 'array',
      maxItems: STEP_FAULTS_MAX,
      items: faultSchema,
      description: 'Faults while the step lasts; the first that fires counts.',
    },
  },
} as const satisfies JsonSchema;

const scenarioSchema = {
  type: 'object',
  description: 'One scenario.',
  additionalProperties: false,
  required: ['steps'],
  properties: {
    description: { type: 'string', maxLength: 2_000, default: '', description: 'What it is, for the reader.' },
    parameters: {
      type: 'object',
      maxProperties: PARAMETERS_MAX,
      propertyNames: name,
      default: {},
      additionalProperties: parameterSchema,
      description: 'What an activation may set, by name.',
    },
    duration_secs: {
      type: ['number', 'null'],
      minimum: 0.001,
      maximum: DURATION_SECS_MAX,
      default: null,
      description:
        'How long an activation lasts that does not say. null: as long as the steps, and for good where the last one has no length or they repeat.',
      'x-unit': 's',
    },
    repeat: {
      type: 'boolean',
      default: false,
      description: 'Whether the steps begin anew when they are over. Otherwise nothing is in effect from then on.',
    },
    steps: {
      type: 'array',
      minItems: 1,
      maxItems: STEPS_MAX,
      items: stepSchema,
      description: 'What happens, one step after the other.',
    },
  },
} as const satisfies JsonSchema;

export const scenariosSchema = {
  type: 'object',
  description:
    'Scenarios by name: timelines of slowness, faults and tighter limits that are activated at run time or from the start; see docs/scenarios.md. Entries merge into those of config/scenarios/.',
  default: {},
  maxProperties: SCENARIOS_MAX,
  propertyNames: name,
  additionalProperties: scenarioSchema,
} as const satisfies JsonSchema;

/** `simulation.active_scenarios`. */
export const activeScenariosSchema = {
  type: 'array',
  maxItems: ACTIVE_SCENARIOS_MAX,
  default: [],
  description:
    'Scenarios that are active from the start of the node on, in this order. They depend on time, so two runs are equal only request by request at equal times; a reload does not start them again.',
  items: {
    type: 'object',
    title: 'a scenario to activate',
    additionalProperties: false,
    required: ['name'],
    properties: {
      name: { ...name, description: 'Of the scenario.' },
      duration_secs: {
        type: ['number', 'null'],
        minimum: 0.001,
        maximum: DURATION_SECS_MAX,
        description: "How long. Absent: as the scenario's own duration_secs says.",
        'x-unit': 's',
      },
      parameters: {
        type: 'object',
        maxProperties: PARAMETERS_MAX,
        additionalProperties: number,
        description: 'Values of its parameters; the others keep their defaults.',
      },
    },
  },
} as const satisfies JsonSchema;

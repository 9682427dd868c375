/** The admin API of scenarios. */

import type { JsonSchema } from '../../kernel/json-schema.js';
import { DURATION_SECS_MAX, PARAMETERS_MAX } from '../../scenarios/contract.js';
import type { OperationParts } from './node-services.js';
import type { AdminOperation } from './operation.js';
import type { ActivationRequest } from './scenario-desk.js';

const NAME = { name: 'Of the scenario, as the configuration has it.' };
const UNKNOWN = { status: 404, code: 'unknown_scenario', when: 'The configuration has no scenario of that name.' };
const NOT_ACKNOWLEDGED = {
  status: 503,
  code: 'not_acknowledged',
  when: 'It is in effect, but a process has not said so within two seconds.',
};

const time = { type: ['string', 'null'], description: 'RFC 3339, in UTC.' } as const;
const parameters: JsonSchema = {
  type: 'object',
  description: 'The value of every parameter.',
  additionalProperties: { type: 'number' },
};

const statusSchema: JsonSchema = {
  type: 'object',
  required: ['name', 'description', 'status', 'duration_seconds', 'repeat', 'parameters', 'timeline', 'active'],
  properties: {
    name: { type: 'string' },
    description: { type: 'string' },
    status: { type: 'string', enum: ['active', 'inactive'] },
    duration_seconds: {
      type: ['number', 'null'],
      description: 'Of an activation that does not say; null: until it is deactivated.',
    },
    repeat: { type: 'boolean', description: 'Whether the timeline begins anew when it is over.' },
    parameters: { type: 'object', description: 'Their defaults, ranges, units and meanings, by name.' },
    timeline: {
      type: 'array',
      description:
        'The steps in seconds since the activation, with their effects: of this activation, or of one with the defaults.',
      items: { type: 'object' },
    },
    active: {
      type: ['object', 'null'],
      description:
        'Where it is active: since when, until when, with which parameters, at which step, and what is in effect now.',
      properties: {
        started_at: time,
        expires_at: time,
        parameters,
        step: { type: ['integer', 'null'], description: 'Position in the timeline, from 0; null where no step holds.' },
        step_name: { type: ['string', 'null'] },
        effects: { type: 'object' },
      },
    },
  },
};

const activationSchema: JsonSchema = {
  type: 'object',
  required: ['scenario', 'status'],
  properties: {
    scenario: { type: 'string' },
    status: { type: 'string', enum: ['active', 'inactive'] },
    started_at: time,
    expires_at: { ...time, description: 'RFC 3339, in UTC; null: not before it is deactivated.' },
    parameters,
  },
};

const bodySchema: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    duration_seconds: {
      type: ['number', 'null'],
      minimum: 0.001,
      maximum: DURATION_SECS_MAX,
      description: 'How long; null: until it is deactivated. Absent: as the scenario says.',
      'x-unit': 's',
    },
    parameters: {
      type: 'object',
      maxProperties: PARAMETERS_MAX,
      description: 'Values of parameters; the others keep their defaults.',
    },
  },
  examples: [{ duration_seconds: 300, parameters: { error_rate: 0.1 } }],
};

export function scenarioOperations(parts: Pick<OperationParts, 'scenarios'>): AdminOperation[] {
  return [
    {
      method: 'GET',
      path: '/admin/scenarios',
      summary: 'The configured scenarios, and which of them are active',
      reply: {
        type: 'object',
        required: ['scenarios', 'active'],
        properties: {
          scenarios: { type: 'array', items: statusSchema },
          active: { type: 'array', items: { type: 'string' }, description: 'Names, in the order of activation.' },
        },
      },
      answer: () => ({ status: 200, document: parts.scenarios.list() }),
    },
    {
      method: 'GET',
      path: '/admin/scenarios/:name',
      summary: 'One scenario',
      parameters: NAME,
      reply: statusSchema,
      failures: [UNKNOWN],
      answer: ({ parameters: { name } }) => ({ status: 200, document: parts.scenarios.status(name!) }),
    },
    {
      method: 'POST',
      path: '/admin/scenarios/:name/activate',
      summary: 'Starts a scenario, anew where it is active already',
      description:
        'The answer comes when every process of the node has taken it in: the next request sees it. Several may be active at once: their factors multiply, and the faults of each are drawn by themselves, in the order of activation.',
      parameters: NAME,
      body: bodySchema,
      bodyOptional: true,
      reply: activationSchema,
      failures: [
        UNKNOWN,
        { status: 409, code: 'too_many_active', when: 'As many are active as can be.' },
        { status: 422, code: 'invalid_parameters', when: 'A parameter is none of the scenario, or out of its range.' },
        NOT_ACKNOWLEDGED,
      ],
      answer: async ({ body, parameters: { name } }) => {
        const activation = await parts.scenarios.activate(name!, (body ?? {}) as ActivationRequest);
        return { status: 200, document: { scenario: name, status: 'active', ...activation } };
      },
    },
    {
      method: 'POST',
      path: '/admin/scenarios/:name/deactivate',
      summary: 'Ends a scenario; what it changed is as before from the next request on',
      parameters: NAME,
      reply: activationSchema,
      failures: [UNKNOWN, NOT_ACKNOWLEDGED],
      answer: async ({ parameters: { name } }) => {
        await parts.scenarios.deactivate(name!);
        return { status: 200, document: { scenario: name, status: 'inactive' } };
      },
    },
  ];
}

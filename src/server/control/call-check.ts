/**
 * What a client sends to an operation, read and held against what the operation says it takes. Everything that is wrong is said at once,
 * in the words in which problems of a configuration are.
 */
import { depthMax } from '../../config/plain-data.js';
import { type Finding, formatMistake, formatPath } from '../../config/problems.js';
import { schemaCheck } from '../../config/validation.js';
import type { JsonSchema } from '../../kernel/json-schema.js';
import { type AdminCommand, AdminError, type AdminOperation, type AdminProblem } from './operation.js';

type Check = (value: unknown) => Finding[];

const NO_PARAMETERS = {};

export class CallCheck {
  readonly #operation: AdminOperation;
  readonly #query: Check;
  readonly #body: Check;

  constructor(operation: AdminOperation) {
    this.#operation = operation;
    const properties = operation.query ?? NO_PARAMETERS;
    this.#query = schemaCheck({ type: 'object', additionalProperties: false, properties });
    this.#body = schemaCheck(operation.body ?? {});
  }

  /** Each parameter once, the last of several. @throws AdminError 422 for what the operation does not take */
  query(text: string): URLSearchParams {
    const { query: schemas = NO_PARAMETERS } = this.#operation;
    const given = [...new URLSearchParams(text)].map(([name, value]) => [name, typed(value, schemas, name)] as const);
    const values = Object.fromEntries(given);
    refuse('invalid_query', 'The query', this.#query(values));
    return new URLSearchParams(Object.entries(values).map(([name, value]): [string, string] => [name, String(value)]));
  }

  /** The parsed body; undefined where there is none. @throws AdminError 400 for what cannot be read, 422 for what cannot be taken */
  body(text: AdminCommand['body']): unknown {
    const { body: schema, bodyOptional, method, path } = this.#operation;
    if (text.trim() === '') {
      if (schema === undefined || bodyOptional) return undefined;
      throw new AdminError(400, 'body_required', `${method} ${path} takes a JSON body.`);
    }
    const value = parsed(text);
    if (isDeeperThan(depthMax, value)) {
      throw new AdminError(422, 'invalid_body', `The body is nested more than ${depthMax} levels deep.`);
    }
    if (schema === undefined) {
      if (isEmptyObject(value)) return undefined;
      throw new AdminError(422, 'invalid_body', `${method} ${path} takes no body.`);
    }
    refuse('invalid_body', 'The body', this.#body(value));
    return value;
  }
}

/** A parameter's text as what its schema wants, where it reads as that. */
function typed(value: string, schemas: { readonly [name: string]: JsonSchema }, name: string): unknown {
  const type = Object.hasOwn(schemas, name) ? schemas[name].type : undefined;
  if (type === 'integer' && /^-?\d{1,15}$/.test(value)) return Number(value);
  if (type === 'boolean' && /^(true|false)$/.test(value)) return value === 'true';
  return value;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AdminError(400, 'not_json', `The body is not JSON: ${(cause as Error).message}.`);
  }
}

/** Level by level, since what is deep cannot be walked through by recursion. */
function isDeeperThan(levels: number, value: unknown): boolean {
  let level = [value];
  for (let depth = 0; depth <= levels && level.length > 0; depth++) {
    level = level.flatMap((item) => (typeof item === 'object' && item !== null ? Object.values(item) : []));
  }
  return level.length > 0;
}

/** Some clients send it with every POST. */
function isEmptyObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0;
}

/** @throws AdminError 422 with all of them, where there are any */
export function refuse(code: string, subject: string, findings: readonly Finding[]): void {
  if (findings.length === 0) return;
  const problems = findings.map((finding) => ({ param: formatPath(finding.path), message: formatMistake(finding) }));
  throw invalid(code, subject, problems);
}

/**
 * The refusal of a request whose parts are wrong: 422, with all of them.
 * @param subject what has the problems: "The body"
 * @param problems at least one
 */
export function invalid(code: string, subject: string, problems: readonly AdminProblem[]): AdminError {
  const texts = problems.map(({ param, message }) => (param === '' ? message : `${param}: ${message}`));
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  const text = texts.join('; ');
  const message = `${subject} has ${count}: ${text}${text.endsWith('?') ? '' : '.'}`;
  return new AdminError(422, code, message, { param: problems[0].param, problems });
}

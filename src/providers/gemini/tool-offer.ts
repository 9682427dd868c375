/**
 * The functions that a request offers and whether one has to be called, checked as the real API does. The API's own tools (search, code
 * execution, …) are accepted and never used.
 */
import type { ToolDefinition, ToolOffer } from '../generation.js';
import { invalidArgument } from './errors.js';
import { toJsonSchema } from './json-schema.js';
import type { FunctionDeclaration, Tool, ToolConfig } from './messages/tools.js';
import { isSchemaObject, NO_SCHEMA_OBJECT, schemaViolations } from './schema-rules.js';
import { violationsIn } from './violations.js';

const FUNCTION_NAME = /^[A-Za-z_][A-Za-z0-9_.:-]{0,63}$/;
const INVALID_NAME =
  'Invalid function name. Must start with a letter or an underscore. Must be alphameric (a-z, A-Z, 0-9), underscores (_), dots (.), ' +
  'colons (:), or dashes (-), with a maximum length of 64.';

export function toolViolations(tools: readonly Tool[], path: string): string[] {
  return violationsIn(tools, ({ functionDeclarations = [] }, index) =>
    violationsIn(functionDeclarations, (declaration, position) =>
      declarationViolations(declaration, `${path}[${index}].function_declarations[${position}]`),
    ),
  );
}

function declarationViolations(declaration: FunctionDeclaration, path: string): string[] {
  const { name = '', parameters, parametersJsonSchema: jsonSchema } = declaration;
  const violations = FUNCTION_NAME.test(name) ? [] : [`${path}.name: ${INVALID_NAME}`];
  if (jsonSchema !== undefined && !isSchemaObject(jsonSchema)) {
    violations.push(`${path}.parameters_json_schema: ${NO_SCHEMA_OBJECT}`);
  }
  if (parameters !== undefined && jsonSchema !== undefined) {
    violations.push(`${path}.parameters: only one of parameters and parameters_json_schema may be set.`);
  }
  if (![undefined, 'object'].includes(typeOf(declaration))) {
    violations.push(`${path}.parameters.type: schema should be of type OBJECT.`);
  }
  if (parameters !== undefined) violations.push(...schemaViolations(parameters, `${path}.parameters`));
  return violations;
}

/** The root type of the parameters in lower case, if it is a single one. */
function typeOf({ parameters, parametersJsonSchema }: FunctionDeclaration): string | undefined {
  const type: unknown =
    parameters?.type ?? (parametersJsonSchema as { readonly type?: unknown } | null | undefined)?.type;
  return typeof type === 'string' && type !== 'TYPE_UNSPECIFIED' ? type.toLowerCase() : undefined;
}

export function hasOwnTools(tools: readonly Tool[]): boolean {
  return tools.some((tool) => Object.keys(tool).some((name) => name !== 'functionDeclarations'));
}

export function declarationsOf(tools: readonly Tool[]): FunctionDeclaration[] {
  return tools.flatMap(({ functionDeclarations = [] }) => functionDeclarations);
}

/** Undefined when no function is offered. Throws ApiError for a configuration that does not fit the declarations. */
export function toolOfferOf(tools: readonly Tool[], config: ToolConfig | undefined): ToolOffer | undefined {
  const declarations = declarationsOf(tools);
  const { mode = 'AUTO', allowedFunctionNames = [] } = config?.functionCallingConfig ?? {};
  const names = new Set<string>();
  for (const { name = '' } of declarations) {
    if (names.has(name)) throw invalidArgument(`Duplicate function declaration found: ${name}`);
    names.add(name);
  }
  if (declarations.length === 0) {
    if (mode === 'ANY') throw invalidArgument('Function calling config is set without function_declarations.');
    return undefined;
  }
  const allowed = new Set(allowedFunctionNames);
  checkAllowed(allowed, mode, names);
  const offered = allowed.size === 0 ? declarations : declarations.filter(({ name = '' }) => allowed.has(name));
  return { tools: offered.map(definitionOf), choice: CHOICES[mode], parallel: false };
}

const CHOICES = { MODE_UNSPECIFIED: 'auto', AUTO: 'auto', VALIDATED: 'auto', ANY: 'required', NONE: 'none' } as const;

function checkAllowed(allowed: ReadonlySet<string>, mode: keyof typeof CHOICES, names: ReadonlySet<string>): void {
  if (allowed.size > 0 && mode !== 'ANY' && mode !== 'VALIDATED') {
    throw invalidArgument(
      'Allowed function names should only be set when the function calling mode is ANY or VALIDATED.',
    );
  }
  const unknown = [...allowed].find((name) => !names.has(name));
  if (unknown !== undefined) {
    throw invalidArgument(`Allowed function name ${unknown} does not match any of the function declarations.`);
  }
}

function definitionOf(declaration: FunctionDeclaration): ToolDefinition {
  const schema = parametersOf(declaration);
  return { name: declaration.name ?? '', schema: namesNone(schema) ? NO_PARAMETERS : schema };
}

/** The JSON Schema of a function's arguments. */
export function parametersOf({ parameters, parametersJsonSchema }: FunctionDeclaration): unknown {
  return parameters === undefined ? parametersJsonSchema : toJsonSchema(parameters);
}

const NO_PARAMETERS = { type: 'object', properties: {}, additionalProperties: false };
/** Keywords that say what an object holds. */
const CONTENT_KEYWORDS = ['$ref', 'anyOf', 'oneOf', 'allOf', 'additionalProperties', 'patternProperties'];

/** An object without properties is how clients say that a function takes nothing. */
function namesNone(schema: unknown): boolean {
  if (schema === undefined) return true;
  const { type = 'object', properties = {}, ...rest } = schema as { readonly [keyword: string]: unknown };
  const isEmpty = typeof properties === 'object' && properties !== null && Object.keys(properties).length === 0;
  return type === 'object' && isEmpty && !CONTENT_KEYWORDS.some((keyword) => rest[keyword]);
}

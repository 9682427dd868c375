/**
 * The JSON Schema subset in which configuration and plug-in parameters are declared. Schemas are plain literals (`as const
 * satisfies JsonSchema`), so that one declaration gives the TypeScript type (json-schema-to-ts), the validation (Ajv), the
 * editor's schema file and the reference page, and costs nothing at run time.
 */
export interface JsonSchema {
  readonly $schema?: string;
  readonly $id?: string;
  readonly title?: string;
  /** One or two plain sentences; they become the reference page's text. */
  readonly description?: string;
  readonly type?: JsonType | readonly JsonType[];
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly examples?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly items?: JsonSchema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly properties?: { readonly [key: string]: JsonSchema };
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly maxProperties?: number;
  readonly propertyNames?: JsonSchema;
  readonly oneOf?: readonly JsonSchema[];
  readonly anyOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly if?: JsonSchema;
  readonly then?: JsonSchema;
  readonly else?: JsonSchema;
  readonly $ref?: string;
  readonly definitions?: { readonly [name: string]: JsonSchema };
  readonly discriminator?: { readonly propertyName: string };
  /** Our own annotation: the unit of a number ("ms", "s", "tokens", "bytes"). */
  readonly 'x-unit'?: string;
  /** Our own annotation of a distribution: the keys beside it that belong to it, and go with a lower one that is replaced. */
  readonly 'x-belongings'?: readonly string[];
  /** Our own annotation: the value (or, on `propertyNames`, the name) is a secret and shown nowhere. */
  readonly 'x-secret'?: true;
  /** Our own annotation: a running server keeps the value that it started with. */
  readonly 'x-restart'?: true;
}

export type JsonType = 'object' | 'array' | 'string' | 'number' | 'integer' | 'boolean' | 'null';

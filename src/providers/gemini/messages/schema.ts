/** The API's subset of OpenAPI schemas. Source: Schema of google/ai/generativelanguage/v1beta/content.proto. */
import {
  anyValue,
  bool,
  double,
  enumOf,
  int64,
  list,
  type MessageType,
  mapOf,
  message,
  of,
  text,
} from '../proto/descriptors.js';

export interface Schema {
  readonly type?: 'TYPE_UNSPECIFIED' | 'STRING' | 'NUMBER' | 'INTEGER' | 'BOOLEAN' | 'ARRAY' | 'OBJECT' | 'NULL';
  readonly format?: string;
  readonly title?: string;
  readonly description?: string;
  readonly nullable?: boolean;
  readonly enum?: readonly string[];
  readonly items?: Schema;
  readonly maxItems?: number;
  readonly minItems?: number;
  readonly properties?: ReadonlyMap<string, Schema>;
  readonly required?: readonly string[];
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly anyOf?: readonly Schema[];
  readonly propertyOrdering?: readonly string[];
}

export const schemaMessage: MessageType = message('Schema', {
  type: enumOf('Type', 'TYPE_UNSPECIFIED', 'STRING', 'NUMBER', 'INTEGER', 'BOOLEAN', 'ARRAY', 'OBJECT', 'NULL'),
  format: text,
  title: text,
  description: text,
  nullable: bool,
  enum: list(text),
  items: of(() => schemaMessage),
  maxItems: int64,
  minItems: int64,
  properties: mapOf(of(() => schemaMessage)),
  required: list(text),
  minProperties: int64,
  maxProperties: int64,
  minimum: double,
  maximum: double,
  minLength: int64,
  maxLength: int64,
  pattern: text,
  example: anyValue,
  anyOf: list(of(() => schemaMessage)),
  propertyOrdering: list(text),
  default: anyValue,
});

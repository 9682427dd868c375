/**
 * What a message of the API may hold: field names and types, as its .proto files declare them. The tables in ../messages are made of
 * these; proto-reader.ts reads JSON by them.
 */

export type ScalarKind =
  | 'string'
  | 'bytes'
  | 'bool'
  | 'int32'
  | 'int64'
  | 'float'
  | 'double'
  | 'duration'
  | 'timestamp';

export interface EnumType {
  readonly kind: 'enum';
  /** Without the package: "HarmCategory". */
  readonly name: string;
  /** As replies spell them. */
  readonly values: readonly string[];
}

export interface MessageField {
  readonly kind: 'message';
  readonly type: () => MessageType;
}

export type SingleType =
  | { readonly kind: ScalarKind }
  | { readonly kind: 'struct' }
  | { readonly kind: 'value' }
  | EnumType
  | MessageField;
/** Read as an array. */
export type ListType = { readonly kind: 'list'; readonly of: SingleType };
/** Read as a Map. */
export type MapType = { readonly kind: 'map'; readonly of: SingleType };
export type FieldType = SingleType | ListType | MapType;

export interface Field {
  /** lowerCamelCase: how it is read, and how replies spell it. */
  readonly name: string;
  /** snake_case: how errors spell it. */
  readonly protoName: string;
  readonly type: FieldType;
  /** The group of which only one member may be set. */
  readonly oneof: string | undefined;
}

export interface MessageType {
  readonly name: string;
  /** By every accepted spelling. */
  readonly fields: ReadonlyMap<string, Field>;
}

export const text: SingleType = { kind: 'string' };
export const bytes: SingleType = { kind: 'bytes' };
export const bool: SingleType = { kind: 'bool' };
export const int32: SingleType = { kind: 'int32' };
export const int64: SingleType = { kind: 'int64' };
export const float: SingleType = { kind: 'float' };
export const double: SingleType = { kind: 'double' };
export const duration: SingleType = { kind: 'duration' };
export const timestamp: SingleType = { kind: 'timestamp' };
export const struct: SingleType = { kind: 'struct' };
export const anyValue: SingleType = { kind: 'value' };

export function enumOf(name: string, ...values: string[]): EnumType {
  return { kind: 'enum', name, values };
}

/** A thunk, because messages contain each other. */
export function of(type: () => MessageType): MessageField {
  return { kind: 'message', type };
}

export function list(type: SingleType): ListType {
  return { kind: 'list', of: type };
}

export function mapOf(type: SingleType): MapType {
  return { kind: 'map', of: type };
}

/**
 * A message by its fields in lowerCamelCase; both that and snake_case are accepted.
 * @param oneofs groups of fields that exclude each other, by the group's name
 */
export function message(
  name: string,
  types: { readonly [field: string]: FieldType },
  oneofs: { readonly [group: string]: readonly string[] } = {},
): MessageType {
  const fields = new Map<string, Field>();
  for (const [field, type] of Object.entries(types)) {
    const protoName = field.replace(/^_/, '').replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    const oneof = Object.keys(oneofs).find((group) => oneofs[group].includes(field));
    const entry: Field = { name: field, protoName, type, oneof };
    fields.set(field, entry);
    fields.set(protoName, entry);
  }
  return { name, fields };
}

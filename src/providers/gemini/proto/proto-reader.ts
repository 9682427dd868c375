/**
 * Reads a request's JSON by a message's table, as the real API does: every violation is found in one go and named with the path in
 * snake_case. What comes out has exactly the table's fields, in lowerCamelCase, of the table's types. Bounded in depth and in violations, so
 * that no input makes it expensive.
 */
import { isObject, type JsonObject } from '../../../kernel/json-object.js';
import type { ApiVersion } from '../api-version.js';
import { badPayload, type FieldViolation } from '../errors.js';
import { VIOLATIONS_MAX } from '../violations.js';
import type { EnumType, Field, FieldType, MapType, MessageType, ScalarKind, SingleType } from './descriptors.js';
import { readEnum, readScalar } from './scalars.js';

/** The API's own bound on nested messages and values. */
const DEPTH_MAX = 64;
/** A rejected value is quoted up to here. */
const QUOTED_CHARS_MAX = 200;

/** Where a value stands: its path for errors, the name that the client gave, and the path of what holds it. */
interface Place {
  readonly path: string;
  readonly name: string;
  readonly protoName: string;
  readonly parent: string;
  readonly depth: number;
}

/**
 * The message that the JSON holds; null and undefined, an absent body, are an empty one. Throws ApiError with all violations.
 * @param root the path of the message itself in errors, where the body is a field of the request
 */
export function readMessage<Message>(type: MessageType, json: unknown, version: ApiVersion, root = ''): Message {
  const reader = new ProtoReader(version);
  const message = reader.root(type, json ?? {}, root);
  if (reader.violations.length > 0) throw badPayload(reader.violations);
  return message as Message;
}

class ProtoReader {
  readonly violations: FieldViolation[] = [];
  readonly #package: string;

  constructor(version: ApiVersion) {
    this.#package = `type.googleapis.com/google.ai.generativelanguage.${version}.`;
  }

  root(type: MessageType, json: unknown, path: string): object {
    if (isObject(json)) return this.#message(type, json, path, 0);
    this.#unknown('', path, 'Root element must be a message.');
    return {};
  }

  #message(type: MessageType, json: JsonObject, path: string, depth: number): object {
    const result: { [name: string]: unknown } = {};
    const taken = new Set<string>();
    for (const [name, value] of Object.entries(json)) {
      if (this.violations.length >= VIOLATIONS_MAX) break;
      const field = type.fields.get(name);
      if (field === undefined) this.#unknown(name, path, 'Cannot find field.');
      else if (value !== null || kindOf(field.type) === 'value') {
        const place = { path: join(path, field.protoName), name, protoName: field.protoName, parent: path, depth };
        if (this.#isFree(field, taken, place)) result[field.name] = this.#field(field.type, value, place);
      }
    }
    return result;
  }

  #isFree({ oneof }: Field, taken: Set<string>, { name, parent }: Place): boolean {
    if (oneof === undefined) return true;
    if (!taken.has(oneof)) {
      taken.add(oneof);
      return true;
    }
    this.#invalid(parent, 'oneof', `oneof field '${oneof}' is already set. Cannot set '${name}'`);
    return false;
  }

  #field(type: FieldType, value: unknown, place: Place): unknown {
    if (type.kind === 'map') return this.#map(type, value, place);
    if (type.kind !== 'list') return this.#single(type, value, place);
    // A single value in the place of a list is a list of one, for the real API too.
    if (!Array.isArray(value)) return [this.#single(type.of, value, place)];
    const elements: unknown[] = [];
    for (let index = 0; index < value.length && this.violations.length < VIOLATIONS_MAX; index++) {
      const path = `${place.path}[${index}]`;
      elements.push(this.#single(type.of, value[index], { ...place, path, name: '', parent: path }));
    }
    return elements;
  }

  #map(type: MapType, value: unknown, place: Place): ReadonlyMap<string, unknown> | undefined {
    if (!isObject(value)) {
      if (Array.isArray(value)) return this.#unknown(place.name, place.parent, NOT_A_LIST);
      return this.#invalid(place.path, 'Map', quoted(value));
    }
    const result = new Map<string, unknown>();
    for (const [index, [key, entry]] of Object.entries(value).entries()) {
      if (this.violations.length >= VIOLATIONS_MAX) break;
      const path = `${place.path}[${index}].value`;
      result.set(
        key,
        this.#single(type.of, entry, { ...place, path, name: 'value', parent: `${place.path}[${index}]` }),
      );
    }
    return result;
  }

  #single(type: SingleType, value: unknown, place: Place): unknown {
    if (type.kind === 'value') return this.#bounded(value, place);
    if (Array.isArray(value)) return this.#unknown(place.name, place.parent, NOT_A_LIST);
    switch (type.kind) {
      case 'message': {
        const messageType = type.type();
        if (!isObject(value)) return this.#invalid(place.path, this.#package + messageType.name, quoted(value));
        if (place.depth >= DEPTH_MAX) return this.#tooDeep(place);
        return this.#message(messageType, value, place.path, place.depth + 1);
      }
      case 'struct':
        if (!isObject(value)) return this.#invalid(place.path, `${WELL_KNOWN}Struct`, quoted(value));
        return this.#bounded(value, place);
      default:
        if (isObject(value))
          return this.#invalid(place.parent, place.protoName, 'Starting an object on a scalar field');
        return this.#scalar(type, value, place);
    }
  }

  #scalar(type: EnumType | { readonly kind: ScalarKind }, value: unknown, place: Place): unknown {
    const reading = type.kind === 'enum' ? readEnum(type, value) : readScalar(type.kind, value);
    if (reading !== undefined) return reading.value;
    switch (type.kind) {
      case 'enum':
        return this.#invalid(place.path, this.#package + type.name, quoted(value));
      case 'duration':
        return this.#invalid(place.path, `${WELL_KNOWN}Duration`, `Field '${place.name}', ${DURATION_PROBLEM}`);
      case 'timestamp':
        return this.#invalid(
          place.path,
          `${WELL_KNOWN}Timestamp`,
          `Field '${place.name}', Invalid time format: ${unquoted(value)}`,
        );
      case 'bytes':
        return this.#invalid(
          place.path,
          'TYPE_BYTES',
          typeof value === 'string' ? `Base64 decoding failed for ${quoted(value)}` : quoted(value),
        );
      default:
        return this.#invalid(place.path, `TYPE_${type.kind.toUpperCase()}`, quoted(value));
    }
  }

  /** Free-form JSON, unless it is nested too deep. */
  #bounded(value: unknown, place: Place): unknown {
    return isDeeper(value, DEPTH_MAX - place.depth) ? this.#tooDeep(place) : value;
  }

  #tooDeep({ name, parent }: Place): undefined {
    return this.#unknown(name, parent, 'Message too deep. Max recursion depth reached.');
  }

  #unknown(name: string, path: string, problem: string): undefined {
    const where = path === '' ? '' : ` at '${path}'`;
    const shown = JSON.stringify(name.slice(0, QUOTED_CHARS_MAX));
    this.#report(path, `Invalid JSON payload received. Unknown name ${shown}${where}: ${problem}`);
  }

  #invalid(path: string, type: string, problem: string): undefined {
    this.#report(path, `Invalid value at '${path}' (${type}), ${problem}`);
  }

  #report(path: string, description: string): void {
    this.violations.push(path === '' ? { description } : { field: path, description });
  }
}

const NOT_A_LIST = 'Proto field is not repeating, cannot start list.';
const WELL_KNOWN = 'type.googleapis.com/google.protobuf.';
const DURATION_PROBLEM = "Illegal duration format; duration must end with 's'";

function kindOf(type: FieldType): string {
  return type.kind;
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

function quoted(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length <= QUOTED_CHARS_MAX ? text : `${text.slice(0, QUOTED_CHARS_MAX)}…`;
}

function unquoted(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, QUOTED_CHARS_MAX) : quoted(value);
}

/** Whether the value nests more than so many levels. */
function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels <= 0) return true;
  return Object.values(value).some((member) => isDeeper(member, levels - 1));
}

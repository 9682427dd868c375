/**
 * One operation of the admin API as it is answered for the whole node, in the primary or where the library runs: plain data in, plain data
 * out, so that whichever process received the request can ask for it and send what comes back. What an operation says of itself is all
 * there is about it: requests are checked by it, and docs/openapi.json and docs/admin-api.md are written from it.
 */
import type { JsonSchema } from '../../kernel/json-schema.js';

/** A request under /admin that has passed the access check. */
export interface AdminCommand {
  /** HEAD comes as GET. */
  readonly method: string;
  /** As on the request line, without the query. */
  readonly path: string;
  /** Without the question mark. */
  readonly query: string;
  /** UTF-8; empty when there is none. */
  readonly body: string;
}

export interface AdminReply {
  readonly status: number;
  /** Sent as JSON; absent for no body. */
  readonly document?: object;
  /** Lower-case names and values, flat, besides the content type. */
  readonly headers?: readonly string[];
}

/** A command as its operation sees it: what the operation declares has been checked. */
export interface AdminCall {
  /** The path's parameters by name, percent-decoded. */
  readonly parameters: { readonly [name: string]: string };
  readonly query: URLSearchParams;
  /** The parsed body; undefined for an empty one. */
  readonly body: unknown;
}

export interface AdminOperation {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** `:name` stands for one segment: "/admin/scenarios/:name/activate". */
  readonly path: string;
  /** A line. */
  readonly summary: string;
  /** What else there is to know, in plain sentences. */
  readonly description?: string;
  /** What the path's parameters stand for, by name. */
  readonly parameters?: { readonly [name: string]: string };
  /** The query's parameters by name; any other is refused. Each is text, an integer or a boolean, and has a description. */
  readonly query?: { readonly [name: string]: JsonSchema };
  /** Of a body; without it none is taken. An unknown key is refused where the schema says `additionalProperties: false`. */
  readonly body?: JsonSchema;
  /** Whether the body may be left out. */
  readonly bodyOptional?: boolean;
  /** Of the document that a success answers with. */
  readonly reply: JsonSchema;
  /** What it refuses besides what is refused everywhere, one line per code. */
  readonly failures?: readonly { readonly status: number; readonly code: string; readonly when: string }[];
  answer(call: AdminCall): Promise<AdminReply> | AdminReply;
}

/** One of several things that are wrong with a request. Others may stand beside, such as the line and column of a file. */
export interface AdminProblem {
  /** The path of the key, or the parameter's name. */
  readonly param: string;
  readonly message: string;
  readonly [more: string]: unknown;
}

export interface AdminErrorDetails {
  /** The part of the request that is wrong. */
  readonly param?: string;
  /** All that is wrong, where there may be several things. */
  readonly problems?: readonly AdminProblem[];
  /** These go along with the reply. */
  readonly headers?: readonly string[];
}

/** What is wrong with a command: becomes the reply. */
export class AdminError extends Error {
  readonly status: number;
  readonly code: string;
  readonly details: AdminErrorDetails;

  /** @param code a stable word in snake_case */
  constructor(status: number, code: string, message: string, details: AdminErrorDetails = {}) {
    super(message);
    this.name = 'AdminError';
    this.status = status;
    this.code = code;
    this.details = details;
  }

  get reply(): AdminReply {
    const { code, message, status } = this;
    const { headers = [], param = null, problems } = this.details;
    const error = { message, type: typeOf(status), code, param, ...(problems === undefined ? {} : { problems }) };
    return { status, document: { error }, headers };
  }
}

/** The error's type as the reference has it by status. */
function typeOf(status: number): string {
  switch (status) {
    case 401:
      return 'authentication_error';
    case 403:
      return 'permission_error';
    case 404:
      return 'not_found_error';
    case 503:
      return 'service_unavailable';
    default:
      return status < 500 ? 'invalid_request_error' : 'server_error';
  }
}

/**
 * One operation of the admin API as it is answered for the whole node, in the primary or where the library runs: plain data in, plain data
 * out, so that whichever process received the request can ask for it and send what comes back.
 */

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
  /** Sent as JSON. */
  readonly document: object;
  /** Lower-case names and values, flat, besides the content type. */
  readonly headers?: readonly string[];
}

/** A command as its operation sees it. */
export interface AdminCall {
  /** The path's parameters by name, percent-decoded. */
  readonly parameters: { readonly [name: string]: string };
  readonly query: URLSearchParams;
  /** The parsed body; undefined for an empty one. @throws AdminError for one that is not JSON */
  body(): unknown;
}

export interface AdminOperation {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** `:name` stands for one segment: "/admin/scenarios/:name/activate". */
  readonly path: string;
  readonly summary: string;
  answer(call: AdminCall): Promise<AdminReply> | AdminReply;
}

/** What is wrong with a command: becomes the reply. */
export class AdminError extends Error {
  readonly status: number;
  readonly code: string;
  readonly param: string | null;
  readonly headers: readonly string[];

  /**
   * @param code a stable word in snake_case
   * @param details `param` names the part of the request that is wrong; `headers` go along with the reply
   */
  constructor(
    status: number,
    code: string,
    message: string,
    details: { readonly param?: string; readonly headers?: readonly string[] } = {},
  ) {
    super(message);
    this.name = 'AdminError';
    this.status = status;
    this.code = code;
    this.param = details.param ?? null;
    this.headers = details.headers ?? [];
  }

  get reply(): AdminReply {
    const { code, headers, message, param, status } = this;
    return { status, document: { error: { message, type: typeOf(status), param, code } }, headers };
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

/** Finds the operation that an admin command means and has it answered. Every command gets a reply; what goes wrong is one, too. */
import { CallCheck } from './call-check.js';
import { pathTemplate } from './index-operation.js';
import { type AdminCommand, AdminError, type AdminOperation, type AdminReply } from './operation.js';

/** As much of a path as a message repeats. */
const SHOWN_PATH_CHARS = 200;

interface Entry {
  readonly operation: AdminOperation;
  readonly segments: readonly string[];
  readonly check: CallCheck;
}

interface Found extends Entry {
  readonly parameters: { readonly [name: string]: string };
}

export class NodeControl {
  readonly #entries: readonly Entry[];
  readonly #onDefect: (error: unknown) => void;
  readonly #onCall: (operation: AdminOperation) => void;

  /**
   * @param onDefect hears of an error of our own that cost a command
   * @param onCall hears of every command that means an operation
   */
  constructor(
    operations: readonly AdminOperation[],
    onDefect: (error: unknown) => void,
    onCall: (operation: AdminOperation) => void = () => {},
  ) {
    this.#entries = operations.map((operation) => ({
      operation,
      segments: operation.path.split('/'),
      check: new CallCheck(operation),
    }));
    this.#onDefect = onDefect;
    this.#onCall = onCall;
  }

  async administer(command: AdminCommand): Promise<AdminReply> {
    try {
      return await this.#answer(command);
    } catch (error) {
      if (error instanceof AdminError) return error.reply;
      this.#onDefect(error);
      return new AdminError(500, 'internal_error', 'The simulator had an error of its own; its log says more.').reply;
    }
  }

  #answer({ method, path, query, body }: AdminCommand): Promise<AdminReply> | AdminReply {
    const found = this.#find(path.split('/'));
    if (found.length === 0) {
      const message = `There is no ${path.slice(0, SHOWN_PATH_CHARS)}; GET /admin lists what there is.`;
      throw new AdminError(404, 'unknown_operation', message);
    }
    const fit = found.find(({ operation }) => operation.method === method);
    if (fit === undefined) return withoutOperation(method, found);
    const { check, operation, parameters } = fit;
    this.#onCall(operation);
    return operation.answer({ parameters, query: check.query(query), body: check.body(body) });
  }

  #find(path: readonly string[]): Found[] {
    return this.#entries.flatMap((entry) => {
      const parameters = parametersOf(entry.segments, path);
      return parameters === undefined ? [] : [{ ...entry, parameters }];
    });
  }
}

/** The answer to a method that none of the path's operations has. */
function withoutOperation(method: string, found: readonly Found[]): AdminReply {
  const methods = found.map(({ operation }) => operation.method);
  const allowed = [...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].join(', ');
  const headers = ['allow', allowed];
  if (method === 'OPTIONS') return { status: 204, headers };
  const message = `${pathTemplate(found[0].operation.path)} takes ${allowed}, not ${method}.`;
  throw new AdminError(405, 'method_not_allowed', message, { headers });
}

/** The path's parameters where it fits the pattern, else undefined. */
function parametersOf(pattern: readonly string[], path: readonly string[]): { [name: string]: string } | undefined {
  if (pattern.length !== path.length) return undefined;
  const parameters: { [name: string]: string } = Object.create(null);
  for (const [index, segment] of pattern.entries()) {
    if (!segment.startsWith(':')) {
      if (segment !== path[index]) return undefined;
      continue;
    }
    const value = decoded(path[index]);
    if (value === undefined || value === '') return undefined;
    parameters[segment.slice(1)] = value;
  }
  return parameters;
}

function decoded(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}

/** Finds the operation that an admin command means and has it answered. Every command gets a reply; what goes wrong is one, too. */
import { type AdminCall, type AdminCommand, AdminError, type AdminOperation, type AdminReply } from './operation.js';

export class NodeControl {
  readonly #operations: readonly { readonly operation: AdminOperation; readonly segments: readonly string[] }[];
  readonly #onDefect: (error: unknown) => void;

  /** @param onDefect hears of an error of our own that cost a command */
  constructor(operations: readonly AdminOperation[], onDefect: (error: unknown) => void) {
    this.#operations = operations.map((operation) => ({ operation, segments: operation.path.split('/') }));
    this.#onDefect = onDefect;
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

  #answer(command: AdminCommand): Promise<AdminReply> | AdminReply {
    const path = command.path.split('/');
    const found = this.#operations.flatMap(({ operation, segments }) => {
      const parameters = parametersOf(segments, path);
      return parameters === undefined ? [] : [{ operation, parameters }];
    });
    if (found.length === 0) throw new AdminError(404, 'unknown_operation', `There is no ${command.path}.`);
    const fit = found.find(({ operation }) => operation.method === command.method);
    if (fit === undefined) {
      const allowed = found.map(({ operation }) => operation.method).join(', ');
      const message = `${command.path} takes ${allowed}, not ${command.method}.`;
      throw new AdminError(405, 'method_not_allowed', message, { headers: ['allow', allowed] });
    }
    return fit.operation.answer(callOf(command, fit.parameters));
  }
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

function callOf({ body, query }: AdminCommand, parameters: AdminCall['parameters']): AdminCall {
  return {
    parameters,
    query: new URLSearchParams(query),
    body: () => {
      if (body === '') return undefined;
      try {
        return JSON.parse(body);
      } catch (cause) {
        throw new AdminError(400, 'not_json', `The body is not JSON: ${(cause as Error).message}.`);
      }
    },
  };
}

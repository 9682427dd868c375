/**
 * The requests of a comparison: the plan's own, turn by turn, once for each way. Both ways' requests of a number have the same key, and where
 * the two ways speak one dialect, the same body to the byte, so the simulator plans the same answer for both.
 *
 * A gateway may drop the header that carries the key. So the body carries it as well, where the dialect has a field for the end user's name:
 * gateways pass that on, also into another dialect, and the simulator's journal shows it as the session of the request.
 */
import { isObject } from '../../kernel/json-object.js';
import type { DialectName, LoadPlan, MixEntry, NumberedRequest, RequestSource } from '../contract.js';
import type { ComparedPath } from './contract.js';

export interface RequestPair {
  readonly direct: NumberedRequest;
  readonly gateway: NumberedRequest;
}

/** The plan as one way sees it. Models keep the plan's names here, so that the same texts are written for both ways. */
export function planOfPath(plan: LoadPlan, { dialect, target }: ComparedPath): LoadPlan {
  const mix = plan.mix.map((entry): MixEntry => (dialect === undefined ? entry : { ...entry, dialect }));
  return { ...plan, target, mix };
}

export interface PairSources {
  /** Of the plan as the way sees it. */
  readonly direct: RequestSource;
  readonly gateway: RequestSource;
  /** What the way calls the model, where it is not the plan's name. */
  readonly directModel?: string;
  readonly gatewayModel?: string;
  /** Whether bodies carry their key. */
  readonly marks: boolean;
}

/** The first `count` turns of the plan's conversations, conversation by conversation. */
export function* requestPairs(sources: PairSources, count: number): Generator<RequestPair> {
  const { direct, directModel, gateway, gatewayModel, marks } = sources;
  let made = 0;
  for (let number = 0; made < count; number++) {
    const [one, other] = [direct.conversation(number), gateway.conversation(number)];
    for (let turn = 0; turn < one.turns && made < count; turn++, made++) {
      yield {
        direct: prepared(one.turn(turn), directModel, marks),
        gateway: prepared(other.turn(turn), gatewayModel, marks),
      };
    }
  }
}

/** The sessions by which the journal may name a request that carries its key. */
export function sessionsOf(key: string): readonly string[] {
  return [`user:${key}`, `metadata:${key}`];
}

function prepared(request: NumberedRequest, model: string | undefined, marks: boolean): NumberedRequest {
  const mark = marks ? markOf(request.dialect, request.key) : undefined;
  if (mark === undefined && model === undefined) return request;
  const body: unknown = JSON.parse(request.body);
  if (!isObject(body)) return request;
  const named = model !== undefined && Object.hasOwn(body, 'model') ? { model } : {};
  return {
    ...request,
    ...(model !== undefined && { model, path: pathOf(request, model) }),
    // What the plan itself says of the mark's field is left as it is.
    body: JSON.stringify({ ...mark, ...body, ...named }),
  };
}

/** Azure's and Gemini's paths name the model. */
function pathOf({ model: before, path }: NumberedRequest, model: string): string {
  return path.replace(`/${encodeURIComponent(before)}`, () => `/${encodeURIComponent(model)}`);
}

function markOf(dialect: DialectName, key: string): object | undefined {
  switch (dialect) {
    case 'anthropic.messages':
      return { metadata: { user_id: key } };
    case 'gemini.generate':
      // The API has no field for it.
      return undefined;
    default:
      return { user: key };
  }
}

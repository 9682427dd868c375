/**
 * A plan from its layers: read, merged, completed with defaults, checked as a whole, and made into what the load generator works by. Every
 * problem is told at once, with the line or flag that it comes from.
 */
import { byPosition } from '../../config/assemble.js';
import { type Layer, problemFrom, singleValueLayer } from '../../config/layers.js';
import { withDefaults } from '../../config/merge.js';
import { isPlainObject, valueAt } from '../../config/plain-data.js';
import { ConfigurationFailure, type ConfigurationProblem, type Finding, type Path } from '../../config/problems.js';
import { soundness } from '../../config/soundness.js';
import { schemaCheck } from '../../config/validation.js';
import type { AssertionProblem } from '../assertions/contract.js';
import type { LoadPlan } from '../contract.js';
import { type CompleteArrivals, loadPlanOf } from './load-plan.js';
import { planFindings } from './plan-checks.js';
import { mergedLayers, planFileLayer, presetLayer } from './plan-layers.js';
import { type PlanDocument, planSchema } from './schema.js';
import { withTraceFiles, withTraceRows } from './trace-stages.js';

/** One value from a command line; `origin` is the flag as the user wrote it. */
export interface PlanSetting {
  readonly path: Path;
  readonly value: unknown;
  readonly origin: string;
}

export interface PlanRequest {
  readonly preset?: string | undefined;
  readonly file?: string | undefined;
  /** As arrivalLayer makes it of flags. */
  readonly arrivals?: Layer | undefined;
  readonly settings: readonly PlanSetting[];
  /** For every entry of the mix; paths begin in the entry. */
  readonly mixSettings: readonly PlanSetting[];
  /** Beside those of the lower layers. */
  readonly assertions: readonly string[];
  /** What is wrong with assertions; what they may speak of depends on the mix, and on the command. */
  readonly assertionProblems: (texts: readonly string[], mixNames: readonly string[]) => readonly AssertionProblem[];
  /** Of this machine. */
  readonly cores: number;
}

export interface ReadPlan {
  readonly plan: LoadPlan;
  /** With all defaults, as `--show-plan` prints it. */
  readonly document: PlanDocument;
}

const HINT = 'Correct the places named above; the keys of a plan stand in docs/load.md.';
const check = schemaCheck(planSchema, planSchema);

/** @throws ConfigurationFailure CONFIG_UNREADABLE, or CONFIG_INVALID with every problem; Failure USAGE_INVALID for an unknown preset */
export function readPlan(request: PlanRequest): ReadPlan {
  const problems: ConfigurationProblem[] = [];
  const { layers, changes } = layersOf(request, problems);
  // Sound to the type only when there are no findings.
  const document = withDefaults(planSchema, mergedLayers(layers, changes)) as PlanDocument;
  const findings: Finding[] = check(document);
  findings.push(...planFindings(document, findings));
  findings.push(...assertionFindings(document, findings, request));
  const all = [...layers, ...changes];
  problems.push(...findings.map((finding) => problemFrom(finding, all)));
  problems.sort((left, right) => byPosition(left.origin, right.origin));
  if (problems.length > 0) throw new ConfigurationFailure('CONFIG_INVALID', problems, HINT);
  return { plan: loadPlanOf(document, completeArrivals(document, all), request.cores), document };
}

function layersOf(request: PlanRequest, problems: ConfigurationProblem[]): { layers: Layer[]; changes: Layer[] } {
  const { preset, file, arrivals, settings, mixSettings } = request;
  const layers: Layer[] = [];
  if (preset !== undefined) layers.push(presetLayer(preset));
  if (file !== undefined) {
    const { value, originOf } = planFileLayer(file, problems);
    layers.push({ value: withTraceFiles(value, file), originOf });
  }
  if (arrivals !== undefined) layers.push(arrivals);
  layers.push(...settings.map(settingLayer));
  if (request.assertions.length > 0) layers.push(assertionLayer(request.assertions, layers));
  // The top, of which it is said that something is missing: only the target can be.
  layers.push({ value: {}, originOf: () => ({ kind: 'flag', flag: '--url' }) });
  const names = mixNames(mergedLayers(layers, []));
  const changes = mixSettings.flatMap(({ path, ...setting }) =>
    names.map((name) => settingLayer({ ...setting, path: ['mix', name, ...path] })),
  );
  return { layers, changes };
}

function settingLayer({ path, value, origin }: PlanSetting): Layer {
  return singleValueLayer(path, value, { kind: 'flag', flag: origin });
}

/** The assertions of the layers below, and then these. */
function assertionLayer(assertions: readonly string[], below: readonly Layer[]): Layer {
  const path = ['assertions'];
  const lower = below.findLast(({ value }) => Array.isArray(valueAt(value, path)));
  const before = (valueAt(lower?.value, path) ?? []) as readonly unknown[];
  return {
    value: { assertions: [...before, ...assertions] },
    originOf: (at, part) =>
      lower !== undefined && Number(at[1] ?? before.length) < before.length
        ? lower.originOf(at, part)
        : { kind: 'flag', flag: '--assert' },
  };
}

function assertionFindings(
  { assertions, mix }: PlanDocument,
  found: readonly Finding[],
  { assertionProblems }: PlanRequest,
): Finding[] {
  const sound = soundness(found);
  if (!sound(['assertions']) || !isPlainObject(mix)) return [];
  return assertionProblems(assertions, Object.keys(mix)).map(({ assertion, message, suggestion }) => ({
    path: ['assertions', String(assertions.indexOf(assertion))],
    part: 'value',
    value: assertion,
    message,
    suggestion,
  }));
}

/** The entries that there are, or the one that stands for them. */
function mixNames(document: unknown): string[] {
  const mix = valueAt(document, ['mix']);
  return isPlainObject(mix) && Object.keys(mix).length > 0
    ? Object.keys(mix)
    : Object.keys(planSchema.properties.mix.default);
}

function completeArrivals({ arrivals }: PlanDocument, layers: readonly Layer[]): CompleteArrivals | undefined {
  if (arrivals === undefined) return undefined;
  const { stages, lengths, problems, findings } = withTraceRows(arrivals);
  const all = [...findings.map((finding) => problemFrom(finding, layers)), ...problems];
  if (all.length > 0) throw new ConfigurationFailure('CONFIG_INVALID', all, HINT);
  return { stages, lengths };
}

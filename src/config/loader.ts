/**
 * Reads the layers of the configuration and returns it complete and valid, or throws one failure that names every problem.
 *
 *   config/default.yaml < config/profiles/*.yaml, config/scenarios/*.yaml < file < text < object < environment < overrides
 *
 * What a higher layer overrides is not looked at any more; everything that takes effect is.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { packageRoot } from '../kernel/package-root.js';
import { assemble } from './assemble.js';
import { readCertificate, withCertificateFiles } from './certificate.js';
import { type Environment, environmentLayers } from './environment.js';
import { reasonOf } from './file-reasons.js';
import { type Layer, problemFrom, singleValueLayer } from './layers.js';
import { logVariableLayers } from './log-variables.js';
import { copyPlain, isPlainObject, valueAt } from './plain-data.js';
import { ConfigurationFailure, type ConfigurationProblem, type Finding, type Path } from './problems.js';
import type { Configuration } from './schema/configuration.js';
import { readTraces, withTraceFiles } from './traces.js';
import { parseVariable, textCharsMax, yamlLayer } from './yaml-layer.js';

export interface LoadRequest {
  /** The user's YAML file. */
  readonly file?: string | undefined;
  /** YAML that is already in memory, with the name under which problems show it. */
  readonly text?: { readonly name: string; readonly content: string } | undefined;
  /** A partial configuration as an object, for users of the library. */
  readonly object?: unknown;
  readonly environment: Environment;
  /** Single values from the command line; `origin` is the flag as the user wrote it. */
  readonly overrides?: readonly { readonly path: Path; readonly value: unknown; readonly origin: string }[] | undefined;
  /** Where default.yaml, profiles/ and scenarios/ are; the package's own config folder unless given. */
  readonly defaultsFolder?: string | undefined;
}

const filesMax = 64;

/** default.yaml and two full folders; defaults elsewhere are for tests. */
const parsedDefaultsMax = 2 * filesMax + 1;
/** The defaults as they were read last, by file: they are most of what there is to parse, and seldom change. */
const parsedDefaults = new Map<string, { readonly text: string; readonly layer: Layer }>();

/** Folders of defaults: each file in one of them is a part of the section. */
const defaultFolders = [
  { folder: 'profiles', section: 'providers' },
  { folder: 'scenarios', section: 'scenarios' },
] as const;

const hints = {
  CONFIG_INVALID:
    'Correct the places named above; `llm-simulator validate --config FILE` checks a file without starting.',
  CONFIG_UNREADABLE: 'Check the path and its permissions.',
} as const;

function unreadable(file: string, message: string, hint: string = hints.CONFIG_UNREADABLE): ConfigurationFailure {
  return new ConfigurationFailure(
    'CONFIG_UNREADABLE',
    [{ path: '', message, origin: { kind: 'whole_file', file } }],
    hint,
  );
}

function readText(file: string, hint?: string): string {
  try {
    const { size } = statSync(file);
    if (size > textCharsMax) throw unreadable(file, `is larger than ${textCharsMax} bytes (got ${size})`);
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof ConfigurationFailure) throw error;
    throw unreadable(file, reasonOf(error), hint);
  }
}

function yamlFiles(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .slice(0, filesMax)
    .map((name) => join(folder, name));
}

/** default.yaml, the catalogue of models and the scenarios. */
function defaultLayers(folder: string, problems: ConfigurationProblem[]): Layer[] {
  const shown = (file: string) => (folder === join(packageRoot, 'config') ? relative(packageRoot, file) : file);
  const hint =
    'The package is incomplete, or its config folder is hidden by a mount: mount the file itself or elsewhere.';
  const read = (file: string) => defaultLayer(shown(file), readText(file, hint), problems);
  const base = read(join(folder, 'default.yaml'));
  const parts = defaultFolders.flatMap(({ folder: name, section }) => {
    let files: string[];
    try {
      files = yamlFiles(join(folder, name));
    } catch {
      throw unreadable(join(folder, name), 'cannot be read', hint);
    }
    return files.map((file): Layer => {
      const { value, originOf } = read(file);
      return { value: { [section]: value }, originOf: (path, part) => originOf(path.slice(1), part) };
    });
  });
  return [base, ...parts];
}

/** As yamlLayer; a file of the same name and text is not parsed again, and its values are copies each time. */
function defaultLayer(shown: string, text: string, problems: ConfigurationProblem[]): Layer {
  const known = parsedDefaults.get(shown);
  if (known?.text === text) return { ...known.layer, value: structuredClone(known.layer.value) };
  const own: ConfigurationProblem[] = [];
  const layer = yamlLayer(shown, text, own);
  problems.push(...own);
  if (own.length === 0 && (known !== undefined || parsedDefaults.size < parsedDefaultsMax)) {
    parsedDefaults.set(shown, { text, layer: { ...layer, value: structuredClone(layer.value) } });
  }
  return layer;
}

function objectLayer(object: unknown, problems: ConfigurationProblem[]): Layer {
  const findings: Finding[] = [];
  const layer: Layer = { value: copyPlain(object, findings), originOf: () => ({ kind: 'object' }) };
  problems.push(...findings.map((finding) => problemFrom(finding, [layer])));
  return layer;
}

function modelNames(layers: readonly Layer[]): string[] {
  return [
    ...new Set(
      layers.flatMap((layer) => {
        const models = valueAt(layer.value, ['providers']);
        return isPlainObject(models) ? Object.keys(models) : [];
      }),
    ),
  ];
}

/**
 * The complete configuration. Throws ConfigurationFailure: CONFIG_UNREADABLE when a file cannot be read, else CONFIG_INVALID
 * with every problem of every layer.
 */
export function loadConfiguration(request: LoadRequest): Configuration {
  const problems: ConfigurationProblem[] = [];
  const layers = defaultLayers(request.defaultsFolder ?? join(packageRoot, 'config'), problems);
  if (request.file !== undefined) layers.push(fileLayer(request.file, problems));
  if (request.text !== undefined) {
    const { name, content } = request.text;
    if (content.length > textCharsMax) throw unreadable(name, `is longer than ${textCharsMax} characters`);
    layers.push(yamlLayer(name, content, problems));
  }
  if (request.object !== undefined) layers.push(objectLayer(request.object, problems));
  const ofLogs = logVariableLayers(request.environment);
  layers.push(...ofLogs.layers);
  problems.push(...ofLogs.problems);
  const fromEnvironment = environmentLayers(request.environment, modelNames(layers), parseVariable);
  layers.push(...fromEnvironment.layers);
  problems.push(...fromEnvironment.problems);
  for (const { path, value, origin } of request.overrides ?? []) {
    layers.push(singleValueLayer(path, value, { kind: 'flag', flag: origin }));
  }
  const assembled = assemble(layers);
  problems.push(...assembled.problems);
  if (problems.length > 0) throw new ConfigurationFailure('CONFIG_INVALID', problems, hints.CONFIG_INVALID);
  return withFiles(assembled.configuration, layers);
}

/** The user's file, whose own folder is where the paths in it begin. */
function fileLayer(file: string, problems: ConfigurationProblem[]): Layer {
  const { value, originOf } = yamlLayer(file, readText(file), problems);
  if (!isPlainObject(value)) return { value, originOf };
  const { providers, server } = value;
  const models = providers === undefined ? {} : { providers: withTraceFiles(providers, file) };
  const listening = server === undefined ? {} : { server: withCertificateFiles(server, file) };
  return { value: { ...value, ...models, ...listening }, originOf };
}

/** With what it names of other files. */
function withFiles(configuration: Configuration, layers: readonly Layer[]): Configuration {
  const { traces, problems, findings } = readTraces(configuration);
  const { certificate, findings: certificateFindings } = readCertificate(configuration);
  const found = [...certificateFindings, ...findings].map((finding) => problemFrom(finding, layers));
  if (found.length + problems.length > 0)
    throw new ConfigurationFailure('CONFIG_INVALID', [...found, ...problems], hints.CONFIG_INVALID);
  return {
    ...configuration,
    ...(Object.keys(traces).length === 0 ? {} : { traces }),
    ...(certificate === undefined ? {} : { certificate }),
  };
}

/**
 * Faults of a configuration that not every transport can carry out. `uws` by name is refused then; `auto` takes the transport that can do
 * everything, for what any rule or scenario might ask of it.
 */
import { type FaultSetting, faultOf } from '../faults/fault.js';
import { faultNames } from '../faults/registry.js';
import { beyond } from '../faults/transport-needs.js';
import { isPlainObject } from './plain-data.js';
import { type Finding, formatPath, type Path } from './problems.js';
import type { Configuration } from './schema/configuration.js';
import type { Sound } from './soundness.js';

/** The sections in which faults stand. */
type FaultSections = { readonly [section in 'faults' | 'replies' | 'scenarios']: unknown };

interface Obstacle {
  readonly path: Path;
  /** "disconnect resets the connection, which uWebSockets.js cannot" */
  readonly message: string;
}

/** As crossFindings: what was found wrong may have any shape. */
export function transportFindings(configuration: Configuration, sound: Sound): Finding[] {
  const related = ['server', 'transport'];
  if (!sound(related) || configuration.server.transport !== 'uws') return [];
  return obstaclesToUws(configuration, sound).map(({ path, message }) => ({ path, part: 'value', message, related }));
}

/** Why uWebSockets.js is not to be taken for a configuration that is sound; undefined where nothing is in its way. */
export function obstacleToUws(configuration: FaultSections): string | undefined {
  const [obstacle] = obstaclesToUws(configuration, () => true);
  return obstacle && `${formatPath(obstacle.path)}: ${obstacle.message}`;
}

function obstaclesToUws(configuration: FaultSections, sound: Sound): Obstacle[] {
  return settingsIn(configuration).flatMap(({ path, setting }) => {
    if (!sound(path) || !isSetting(setting)) return [];
    const fault = faultOf(setting);
    const deed = beyond('uws', fault);
    return deed === undefined ? [] : [{ path, message: `${fault.kind.name} ${deed}, which uWebSockets.js cannot` }];
  });
}

interface PlacedSetting {
  readonly path: Path;
  readonly setting: unknown;
}

/** Wherever a fault can stand that is more than an error. */
function settingsIn({ faults, replies, scenarios }: FaultSections): PlacedSetting[] {
  const ruled = entriesAt(faults, 'rules').map(({ key, value }) => ({
    path: ['faults', 'rules', key, 'fault'],
    setting: value.fault,
  }));
  const replied = entriesAt(replies, 'rules').map(({ key, value }) => ({
    path: ['replies', 'rules', key, 'reply', 'fault'],
    setting: isPlainObject(value.reply) ? value.reply.fault : undefined,
  }));
  const staged = Object.entries(isPlainObject(scenarios) ? scenarios : {}).flatMap(([name, scenario]) =>
    entriesAt(scenario, 'steps').flatMap((step) =>
      entriesAt(step.value, 'faults').map(({ key, value }) => ({
        path: ['scenarios', name, 'steps', step.key, 'faults', key, 'fault'],
        setting: value.fault,
      })),
    ),
  );
  return [...ruled, ...replied, ...staged];
}

interface Entry {
  readonly key: string;
  readonly value: { readonly [key: string]: unknown };
}

/** The mappings in a list that the value has under the key, if it has one. */
function entriesAt(value: unknown, key: string): Entry[] {
  const list = isPlainObject(value) ? value[key] : undefined;
  if (!Array.isArray(list)) return [];
  return list.flatMap((entry, index) => (isPlainObject(entry) ? [{ key: String(index), value: entry }] : []));
}

function isSetting(setting: unknown): setting is FaultSetting {
  const name = isPlainObject(setting) ? setting.kind : setting;
  return typeof name === 'string' && faultNames.includes(name);
}

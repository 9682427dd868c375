/** What an image says of itself, as `buildah inspect` prints it: the part that a runtime follows. */
import { readFileSync } from 'node:fs';

export interface ImageConfiguration {
  readonly User: string;
  readonly ExposedPorts: { readonly [port: string]: object };
  readonly Env: readonly string[];
  readonly Entrypoint: readonly string[];
  readonly Cmd: readonly string[];
  readonly WorkingDir: string;
  readonly Labels: { readonly [name: string]: string };
  readonly StopSignal: string;
  readonly Healthcheck: { readonly Test: readonly string[]; readonly Interval: number; readonly Timeout: number };
}

export interface Image {
  /** Its file system, as it is mounted on this machine. */
  readonly root: string;
  readonly configuration: ImageConfiguration;
}

/** @param file what `buildah inspect --type image` has printed */
export function readImage(root: string, file: string): Image {
  return { root, configuration: JSON.parse(readFileSync(file, 'utf8')).Docker.config };
}

/** Uid and gid, from the numbers that the image names: names would have to be looked up. */
export function userOf({ configuration: { User } }: Image): { readonly uid: string; readonly gid: string } {
  const [, uid, gid] = /^(\d+):(\d+)$/.exec(User) ?? [];
  if (uid === undefined || gid === undefined) throw new Error(`the image's user is ${User}, not two numbers`);
  return { uid, gid };
}

/**
 * The only file that names uWebSockets.js: loads it where it loads, says in a person's words why it does not, and passes its types
 * on. It is an optional dependency with prebuilt binaries: certain Node versions, and on Linux glibc 2.38 or later.
 */

import type { AppOptions, TemplatedApp as LibraryApp } from 'uWebSockets.js';
import { createRequire } from 'node:module';

export type { HttpRequest, HttpResponse, us_listen_socket } from 'uWebSockets.js';

/** What the library's types leave out: an app that listens hands every connection that it accepts to one of its children, if it has any, in turn. */
export interface TemplatedApp extends LibraryApp {
  getDescriptor(): object;
  addChildAppDescriptor(descriptor: object): TemplatedApp;
  removeChildAppDescriptor(descriptor: object): TemplatedApp;
}

export interface UwsModule extends Omit<typeof import('uWebSockets.js'), 'App' | 'SSLApp'> {
  App(): TemplatedApp;
  SSLApp(options: AppOptions): TemplatedApp;
}

/**
 * Bytes of request line and headers that the library's own parser takes; it reads this variable once, while it is loaded, and its
 * default is 4096. The limit proper, headerBytesMax, is checked by the transport; one above this ceiling cannot be kept.
 */
const HEADER_BYTES_VARIABLE = 'UWS_HTTP_MAX_HEADERS_SIZE';
const HEADER_BYTES_CEILING = 64 * 1024;

/** What decides whether a prebuilt binary loads. */
export interface PlatformFacts {
  readonly platform: string;
  readonly arch: string;
  readonly nodeVersion: string;
  /** The C library's version; undefined where it is not glibc. */
  readonly glibcVersion: string | undefined;
}

/**
 * Loads the library, or throws what the module loader threw; explainLoadFailure puts that into words. By require, because an import
 * that fails within the package rejects a second promise, which nobody can catch.
 */
export function loadUws(): UwsModule {
  const inherited = process.env[HEADER_BYTES_VARIABLE];
  process.env[HEADER_BYTES_VARIABLE] = String(HEADER_BYTES_CEILING);
  try {
    return createRequire(import.meta.url)('uWebSockets.js') as UwsModule;
  } finally {
    if (inherited === undefined) delete process.env[HEADER_BYTES_VARIABLE];
    else process.env[HEADER_BYTES_VARIABLE] = inherited;
  }
}

/** One sentence without a full stop: why uWebSockets.js does not load on this machine. */
export function explainLoadFailure(error: unknown, facts: PlatformFacts): string {
  const message = error instanceof Error ? error.message : String(error);
  if (/Cannot find (package|module) '?uWebSockets\.js/.test(message)) {
    return 'uWebSockets.js is not installed (it is an optional dependency)';
  }
  const glibcNeeded = [...message.matchAll(/GLIBC_(\d+\.\d+)' not found/g)].map((match) => match[1]).pop();
  if (facts.platform === 'linux' && facts.glibcVersion === undefined) {
    return 'uWebSockets.js does not load here: needs glibc, this system has another C library (musl)';
  }
  if (glibcNeeded !== undefined) {
    return `uWebSockets.js does not load here: needs glibc ${glibcNeeded}, this system has ${facts.glibcVersion}`;
  }
  if (/Cannot find module '\.\/uws_/.test(message)) {
    return `uWebSockets.js does not load here: has no build for Node ${facts.nodeVersion} on ${facts.platform} ${facts.arch}`;
  }
  return `uWebSockets.js does not load here: ${message
    .trim()
    .split('\n')
    .pop()!
    .replace(/^(Error: )+/, '')}`;
}

export function currentPlatform(): PlatformFacts {
  return {
    platform: process.platform,
    arch: process.arch,
    nodeVersion: process.versions.node,
    glibcVersion: process.platform === 'linux' ? glibcVersion() : undefined,
  };
}

function glibcVersion(): string | undefined {
  const report = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
  return report.header?.glibcVersionRuntime;
}

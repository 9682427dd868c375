/**
 * The certificate that `server.tls` names, checked when a configuration is loaded: what an acceptor is told to serve with can be served with.
 * The private key never becomes a part of the configuration: acceptors read the files themselves.
 */
import { createHash, createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { reasonOf } from './file-reasons.js';
import { isPlainObject } from './plain-data.js';
import type { Finding } from './problems.js';
import type { Configuration } from './schema/configuration.js';

/** Far above a chain of certificates with keys of 16,384 bits. */
const PEM_BYTES_MAX = 1_048_576;

const FILES = ['cert', 'key'] as const;
type FileKey = (typeof FILES)[number];

/** What is known of a certificate without its files. */
export interface Certificate {
  /** Differs where the content of either file does. */
  readonly digest: string;
  /** RFC 5280 names, one part per line. */
  readonly subject: string;
  /** ms since 1970. */
  readonly validFromMs: number;
  readonly validToMs: number;
}

/** `server` of a configuration file, with the paths of its certificate made absolute: they are relative to the file. */
export function withCertificateFiles(server: unknown, configurationFile: string): unknown {
  if (!isPlainObject(server) || !isPlainObject(server.tls)) return server;
  const { tls } = server;
  const folder = dirname(configurationFile);
  const absolute = FILES.flatMap((key) => {
    const path = tls[key];
    return typeof path === 'string' && path !== '' ? [[key, resolve(folder, path)]] : [];
  });
  return { ...server, tls: { ...tls, ...Object.fromEntries(absolute) } };
}

export interface ReadCertificate {
  /** Undefined where there is none, or something is wrong with it. */
  readonly certificate: Certificate | undefined;
  readonly findings: readonly Finding[];
}

/** Reads what a valid configuration names. */
export function readCertificate({ server: { tls } }: Pick<Configuration, 'server'>): ReadCertificate {
  if (!tls.enabled) return { certificate: undefined, findings: [] };
  const findings: Finding[] = [];
  const find = (key: FileKey, message: string) => {
    findings.push({
      path: ['server', 'tls', key],
      part: 'value',
      value: tls[key],
      message,
      related: ['server', 'tls'],
    });
    return undefined;
  };
  const readPem = <Parsed>(
    key: FileKey,
    parse: (pem: Buffer) => Parsed,
  ): { pem: Buffer; parsed: Parsed } | undefined => {
    const path = tls[key];
    if (path === null) return find(key, 'must name a file when server.tls.enabled is true');
    const read = readBounded(resolve(path));
    if (typeof read === 'string') return find(key, read);
    try {
      return { pem: read, parsed: parse(read) };
    } catch (error) {
      return find(key, (error as Error).message);
    }
  };
  const cert = readPem('cert', parseCertificate);
  const key = readPem('key', parseKey);
  if (cert === undefined || key === undefined) return { certificate: undefined, findings };
  if (!cert.parsed.checkPrivateKey(key.parsed)) find('key', 'must be the key of the certificate in server.tls.cert');
  const { subject, validFrom, validTo } = cert.parsed;
  const digest = createHash('sha256').update(cert.pem).update('\0').update(key.pem).digest('base64');
  const certificate = { digest, subject, validFromMs: Date.parse(validFrom), validToMs: Date.parse(validTo) };
  return findings.length > 0 ? { certificate: undefined, findings } : { certificate, findings };
}

/** The content, or why there is none, in words to be read after the key's name. */
function readBounded(file: string): Buffer | string {
  try {
    const status = statSync(file);
    // To open a pipe would wait for whoever writes to it.
    if (!status.isFile()) return 'must be a file';
    if (status.size > PEM_BYTES_MAX) return `must be a file of at most ${PEM_BYTES_MAX} bytes (it has ${status.size})`;
    return readFileSync(file);
  } catch (error) {
    return reasonOf(error);
  }
}

function parseCertificate(pem: Buffer): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch {
    throw new Error('must hold a certificate in PEM form (-----BEGIN CERTIFICATE-----)');
  }
}

function parseKey(pem: Buffer): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch (error) {
    const isEncrypted = (error as NodeJS.ErrnoException).code === 'ERR_MISSING_PASSPHRASE' || pem.includes('ENCRYPTED');
    throw new Error(
      isEncrypted
        ? 'must hold a key without a passphrase: nobody could enter it at a restart'
        : 'must hold a private key in PEM form (-----BEGIN PRIVATE KEY-----)',
    );
  }
}

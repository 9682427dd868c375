/**
 * Texts in the formats of JSON Schema and OpenAPI. Dates lie around 2025 and never depend on the clock. Every format that has a length
 * to choose tries short forms as often as long ones, so that a bound on the length can be met.
 */
import type { Draws } from './draws.js';
import { noun } from './words.js';

type Writer = (draws: Draws) => string;

const DAYS_IN_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;
const HEX = '0123456789abcdef';
const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const DOMAINS = ['example.com', 'example.org', 'example.net', 'mail.example.com', 'example.io'];
/** What a text shrinks to when there is little room: an email of six characters, a hostname of one. */
const SHORT_DOMAINS = ['a.io', 'b.co', 'x.org', 'ab.net'];

const word: Writer = (draws) => noun(draws).replace(/\W/g, '');
const letter: Writer = (draws) => String.fromCharCode(97 + draws.below(26));

const date: Writer = (draws) => {
  const month = draws.below(12);
  const day = draws.between(1, DAYS_IN_MONTH[month] as number);
  return `${draws.between(2024, 2026)}-${pad(month + 1)}-${pad(day)}`;
};
const time: Writer = (draws) => `${pad(draws.below(24))}:${pad(draws.below(60))}:${pad(draws.below(60))}`;
const ipv4: Writer = (draws) => [10, draws.below(256), draws.below(256), draws.between(1, 254)].join('.');
const path: Writer = (draws) => Array.from({ length: draws.between(1, 2) }, () => `/${word(draws)}`).join('');

const TABLE: { readonly [format: string]: readonly [usual: Writer, short?: Writer] } = {
  date: [date],
  time: [(draws) => `${time(draws)}Z`],
  'date-time': [(draws) => `${date(draws)}T${time(draws)}Z`],
  'iso-time': [time],
  'iso-date-time': [(draws) => `${date(draws)}T${time(draws)}`],
  duration: [
    (draws) =>
      draws.pick([
        `P${draws.between(1, 30)}D`,
        `PT${draws.between(1, 12)}H${draws.between(1, 59)}M`,
        `PT${draws.between(5, 90)}M`,
      ]),
    (draws) => `P${draws.between(1, 9)}${draws.pick(['D', 'W'])}`,
  ],
  email: [
    (draws) => `${word(draws)}${draws.between(1, 99)}@${draws.pick(DOMAINS)}`,
    (draws) => `${letter(draws)}@${draws.pick(SHORT_DOMAINS)}`,
  ],
  hostname: [(draws) => `${word(draws)}.${draws.pick(DOMAINS)}`, letter],
  ipv4: [ipv4],
  ipv6: [(draws) => `2001:db8:${Array.from({ length: 6 }, () => hex(draws, 4)).join(':')}`, () => '::1'],
  uri: [(draws) => `https://${draws.pick(DOMAINS)}${path(draws)}`, (draws) => `urn:${letter(draws)}`],
  'uri-reference': [path, (draws) => `/${letter(draws)}`],
  'uri-template': [(draws) => `https://${draws.pick(DOMAINS)}/${word(draws)}/{id}`, (draws) => `/{${letter(draws)}}`],
  url: [(draws) => `https://${draws.pick(DOMAINS)}${path(draws)}`, (draws) => `ftp://${draws.pick(SHORT_DOMAINS)}`],
  uuid: [uuid],
  regex: [(draws) => `^${word(draws)}-[0-9]+$`, letter],
  'json-pointer': [path, () => ''],
  'json-pointer-uri-fragment': [(draws) => `#${path(draws)}`, () => '#'],
  'relative-json-pointer': [(draws) => `${draws.between(0, 3)}${path(draws)}`, (draws) => String(draws.below(10))],
  byte: [(draws) => base64(draws, 4 * draws.between(2, 6)), (draws) => base64(draws, 4)],
};

/** Formats under another name that the texts above satisfy, too. */
const ALIASES: { readonly [format: string]: string } = {
  'idn-email': 'email',
  'idn-hostname': 'hostname',
  iri: 'uri',
  'iri-reference': 'uri-reference',
  datetime: 'date-time',
  ip: 'ipv4',
  'ip-address': 'ipv4',
};

/** The usual form of each format. */
export const FORMATS: ReadonlyMap<string, Writer> = new Map(
  [...Object.keys(TABLE), ...Object.keys(ALIASES)].map((name) => [name, (TABLE[ALIASES[name] ?? name] as [Writer])[0]]),
);

/** The forms of a format, the usual one first; none when nothing is known of it. */
export function formsOf(format: string): readonly Writer[] {
  const name = Object.hasOwn(ALIASES, format) ? (ALIASES[format] as string) : format;
  return Object.hasOwn(TABLE, name) ? (TABLE[name] as readonly Writer[]) : [];
}

/** Version 4. */
function uuid(draws: Draws): string {
  return `${hex(draws, 8)}-${hex(draws, 4)}-4${hex(draws, 3)}-${draws.pick(['8', '9', 'a', 'b'])}${hex(draws, 3)}-${hex(draws, 12)}`;
}

function hex(draws: Draws, digits: number): string {
  return Array.from({ length: digits }, () => HEX[draws.below(16)]).join('');
}

function base64(draws: Draws, characters: number): string {
  return Array.from({ length: characters }, () => BASE64[draws.below(BASE64.length)]).join('');
}

function pad(number: number): string {
  return String(number).padStart(2, '0');
}

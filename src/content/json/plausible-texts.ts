/** Texts that are plausible for a property, by the words of its name. The last known word decides: "customer_email" is an email. */
import { capitalize } from '../language/inflection.js';
import type { Draws } from './draws.js';
import { FORMATS } from './formats.js';
import { noun, person, phrase, sentences, task } from './words.js';

type Writer = (draws: Draws) => string;

const list = (texts: string): Writer => {
  const choices = texts.split(', ');
  return (draws) => draws.pick(choices);
};
const format = (name: string): Writer => FORMATS.get(name) as Writer;

const firstName = list(
  'Ada, Alan, Amara, Chen, Elena, Emma, Farid, Grace, Hannah, Ines, James, Kofi, Liam, Maya, Noah, Priya, Sofia, Yuki',
);
const lastName = list(
  'Almeida, Becker, Chen, Diaz, Evans, Fischer, Garcia, Haddad, Ito, Johnson, Kim, Larsen, Miller, Novak, Okafor, Patel',
);
const fullName: Writer = (draws) => `${firstName(draws)} ${lastName(draws)}`;
const CITIES = [
  ['San Francisco', 'CA', 'United States'],
  ['New York', 'NY', 'United States'],
  ['Chicago', 'IL', 'United States'],
  ['Toronto', 'ON', 'Canada'],
  ['London', 'England', 'United Kingdom'],
  ['Paris', 'Île-de-France', 'France'],
  ['Berlin', 'Berlin', 'Germany'],
  ['Madrid', 'Madrid', 'Spain'],
  ['Lisbon', 'Lisbon', 'Portugal'],
  ['Oslo', 'Oslo', 'Norway'],
  ['Nairobi', 'Nairobi', 'Kenya'],
  ['Mumbai', 'Maharashtra', 'India'],
  ['Tokyo', 'Tokyo', 'Japan'],
  ['Sydney', 'NSW', 'Australia'],
  ['São Paulo', 'SP', 'Brazil'],
] as const;
const street: Writer = (draws) =>
  `${draws.between(1, 980)} ${draws.pick(['Maple', 'Oak', 'Main', 'Park', 'Mill', 'Lake', 'Hill'])} Street`;
const city: Writer = (draws) => draws.pick(CITIES)[0];
const location: Writer = (draws) => draws.pick(CITIES).slice(0, 2).join(', ');
const sentence: Writer = (draws) => sentences(draws, 8);
const paragraph: Writer = (draws) => sentences(draws, 25);
const title: Writer = (draws) => phrase(draws).split(' ').map(capitalize).join(' ');
const slug: Writer = (draws) => phrase(draws).replace(/\W+/g, '-');
const code: Writer = (draws) => `${capitalLetters(draws, 3)}-${draws.between(1_000, 9_999)}`;

/** Words, separated by spaces, and what they stand for. */
const TEXTS: { readonly [words: string]: Writer } = {
  'email mail': format('email'),
  'phone telephone mobile fax': (draws) => `+1-555-${draws.between(200, 999)}-${draws.between(1_000, 9_999)}`,
  'url uri link website homepage href': format('uri'),
  'domain host hostname': format('hostname'),
  'ip ipaddress': format('ipv4'),
  'uuid guid': format('uuid'),
  'id identifier reference ref sku key token code': code,
  'firstname forename first given': firstName,
  'lastname surname last family': lastName,
  'author owner user customer client contact person assignee attendee recipient sender member participant guest student patient manager':
    fullName,
  'username login handle': (draws) => `${firstName(draws).toLowerCase()}${draws.between(1, 99)}`,
  'city town': city,
  'country nation': (draws) => draws.pick(CITIES)[2],
  'state province region': (draws) => draws.pick(CITIES)[1],
  'location place destination origin departure arrival venue': location,
  'address street': (draws) => `${street(draws)}, ${location(draws)}`,
  'zip postal zipcode postcode': (draws) => String(draws.between(10_000, 98_999)),
  'date day birthday birthdate dob deadline due checkin checkout start end from until since': format('date'),
  time: (draws) => `${pad(draws.between(7, 20))}:${draws.pick(['00', '15', '30', '45'])}`,
  'datetime timestamp created updated createdat updatedat at': format('date-time'),
  'duration interval': (draws) => `${draws.between(1, 12) * 10} minutes`,
  'timezone tz': list('UTC, Europe/Berlin, America/New_York, Asia/Tokyo, Europe/London, America/Los_Angeles'),
  'title headline subject heading topic theme': title,
  'description summary text content message body comment note notes reason explanation rationale justification thought thoughts reasoning answer output response feedback review conclusion evidence details sentence instruction instructions':
    sentence,
  'essay story article paragraph abstract background overview': paragraph,
  'query q question search keyword keywords prompt input term phrase': (draws) => `${phrase(draws)} ${noun(draws)}`,
  'task action goal objective todo plan step': task,
  'unit units': list('celsius, metric, kilometers, hours, kilograms, meters'),
  currency: list('USD, EUR, GBP, JPY, CHF, CAD'),
  'language lang locale': list('en, de, fr, es, pt, ja'),
  'color colour': list('blue, green, red, orange, violet, teal, gray'),
  'category kind type tag label genre status field group class department sector industry': noun,
  'role profession occupation job position': person,
  'file filename': (draws) => `${slug(draws)}.${draws.pick(['txt', 'md', 'csv', 'json', 'pdf'])}`,
  'path filepath directory folder dir': (draws) => `/${noun(draws)}/${slug(draws)}`,
  'command cmd': (draws) => `ls -la /${noun(draws)}`,
  'expression formula equation': (draws) =>
    `${draws.between(2, 99)} ${draws.pick(['+', '-', '*'])} ${draws.between(2, 99)}`,
  sql: (draws) => `SELECT * FROM ${noun(draws).replace(/\W/g, '_')} LIMIT ${draws.between(5, 50)}`,
  'company organization organisation employer brand vendor manufacturer': (draws) =>
    `${lastName(draws)} ${draws.pick(['Labs', 'Group', 'Systems', 'Partners'])}`,
  'product item model device service project team event course': title,
  'symbol ticker': (draws) => capitalLetters(draws, 4),
  version: (draws) => `${draws.between(1, 9)}.${draws.between(0, 12)}.${draws.between(0, 20)}`,
  'slug alias': slug,
  'sentiment mood tone': list('positive, neutral, negative, mixed'),
  gender: list('female, male, nonbinary'),
};

/** What a name is the name of. That of anything else is a phrase, and without a word before it that of a person. */
const NAMES: { readonly [words: string]: Writer } = {
  'first given': firstName,
  'last family sur': lastName,
  'full display legal preferred nick': fullName,
  'user screen': TEXTS['username login handle'] as Writer,
  file: TEXTS['file filename'] as Writer,
  city,
  country: TEXTS['country nation'] as Writer,
  'color colour': TEXTS['color colour'] as Writer,
  'company organization': TEXTS['company organization organisation employer brand vendor manufacturer'] as Writer,
};

const textsByWord = byWord(TEXTS);
const namesByWord = byWord(NAMES);

/** @param words of the property's name, in order */
export function plausibleText(words: readonly string[], draws: Draws): string {
  for (let index = words.length - 1; index >= 0; index--) {
    const word = words[index] as string;
    if (word === 'name') return nameOf(words[index - 1])(draws);
    const write = textsByWord.get(word);
    if (write !== undefined) return write(draws);
  }
  return phrase(draws);
}

function nameOf(owner: string | undefined): Writer {
  if (owner === undefined || textsByWord.get(owner) === fullName) return fullName;
  return namesByWord.get(owner) ?? phrase;
}

function byWord(table: { readonly [words: string]: Writer }): Map<string, Writer> {
  return new Map(
    Object.entries(table).flatMap(([words, write]) => words.split(' ').map((word) => [word, write] as const)),
  );
}

function capitalLetters(draws: Draws, count: number): string {
  return Array.from({ length: count }, () => String.fromCharCode(65 + draws.below(26))).join('');
}

function pad(number: number): string {
  return String(number).padStart(2, '0');
}

/**
 * What a scraper asks for and gets: the format by its Accept header (RFC 9110, section 12.5.1), compressed where its Accept-Encoding allows it.
 * A scraper that accepts nothing of what there is gets the text format: it is what every scraper has always read.
 */
import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import { type ExpositionFormat, renderMetrics } from './exposition.js';
import type { MetricsSnapshot } from './metric-family.js';

export interface ScrapeWish {
  readonly format: ExpositionFormat;
  readonly gzip: boolean;
}

export interface Scrape {
  readonly contentType: string;
  readonly isGzip: boolean;
  readonly body: Uint8Array;
}

export const PLAIN_SCRAPE: ScrapeWish = { format: 'text', gzip: false };

const CONTENT_TYPES: { readonly [format in ExpositionFormat]: string } = {
  text: 'text/plain; version=0.0.4; charset=utf-8',
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
};
/** Entries of a header that are looked at. */
const RANGES_MAX = 32;
/** Less is not worth it. */
const GZIP_BYTES_MIN = 1_024;
/** A fifteenth of the size for a few milliseconds of another thread; more effort gains next to nothing. */
const GZIP_LEVEL = constants.Z_BEST_SPEED;

const compress = promisify(gzip);

/** The snapshots added up, as it was asked for. Compression is not done on this thread. */
export async function scrapeOf(snapshots: readonly MetricsSnapshot[], wish: ScrapeWish): Promise<Scrape> {
  const body = Buffer.from(renderMetrics(snapshots, wish.format));
  const contentType = CONTENT_TYPES[wish.format];
  if (!wish.gzip || body.byteLength < GZIP_BYTES_MIN) return { contentType, isGzip: false, body };
  return { contentType, isGzip: true, body: await compress(body, { level: GZIP_LEVEL }) };
}

/** Lower-case names and values, flat. */
export function scrapeHeaders({ contentType, isGzip }: Scrape): string[] {
  const headers = ['content-type', contentType, 'vary', 'accept, accept-encoding'];
  return isGzip ? [...headers, 'content-encoding', 'gzip'] : headers;
}

/** What the headers ask for; undefined for one that is absent. */
export function scrapeWishOf(accept: string | undefined, acceptEncoding: string | undefined): ScrapeWish {
  const ranges = rangesOf(accept ?? '*/*');
  const openmetrics = qualityOf(ranges, OPENMETRICS_RANGES);
  const format = openmetrics > qualityOf(ranges, TEXT_RANGES) ? 'openmetrics' : 'text';
  return { format, gzip: isGzipWanted(rangesOf(acceptEncoding ?? '')) };
}

interface Range {
  readonly name: string;
  readonly version: string | undefined;
  readonly quality: number;
}

/** Ranges that mean a format, the most specific first: the first that is there counts. */
type FormatRanges = readonly ((range: Range) => boolean)[];

/** Any range that does not name it leaves OpenMetrics out: old scrapers that say anything goes do not know it. */
const OPENMETRICS_RANGES: FormatRanges = [
  ({ name, version }) => name === 'application/openmetrics-text' && version === '1.0.0',
  ({ name, version }) => name === 'application/openmetrics-text' && version === undefined,
];
const TEXT_RANGES: FormatRanges = [
  ({ name, version }) => name === 'text/plain' && version === '0.0.4',
  ({ name, version }) => name === 'text/plain' && version === undefined,
  ({ name }) => name === 'text/*',
  ({ name }) => name === '*/*',
];

function qualityOf(ranges: readonly Range[], wanted: FormatRanges): number {
  for (const fits of wanted) {
    const range = ranges.find(fits);
    if (range !== undefined) return range.quality;
  }
  return 0;
}

function isGzipWanted(codings: readonly Range[]): boolean {
  const coding = codings.find(({ name }) => name === 'gzip') ?? codings.find(({ name }) => name === '*');
  return (coding?.quality ?? 0) > 0;
}

function rangesOf(header: string): Range[] {
  return header.split(',', RANGES_MAX).map((entry) => {
    const [name, ...parameters] = entry.split(';').map((part) => part.trim().toLowerCase());
    const parameter = (wanted: string): string | undefined =>
      parameters.find((text) => text.startsWith(`${wanted}=`))?.slice(wanted.length + 1);
    const quality = Number(parameter('q') ?? 1);
    return {
      name,
      version: parameter('version')?.replaceAll('"', ''),
      quality: quality >= 0 && quality <= 1 ? quality : 0,
    };
  });
}

/** A Prometheus that asks every second: it reads and drops what comes. */
const INTERVAL_MS = 1_000;
const HEADERS = { accept: 'application/openmetrics-text;version=1.0.0', 'accept-encoding': 'gzip' };

export class Scraper {
  readonly #url: string;
  #timer: NodeJS.Timeout | undefined;
  /** Answers with a body. */
  scrapes = 0;

  constructor(url: string) {
    this.#url = url;
  }

  start(): void {
    this.#timer = setInterval(() => void this.#scrape(), INTERVAL_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #scrape(): Promise<void> {
    const response = await fetch(this.#url, { headers: HEADERS }).catch(() => undefined);
    const bytes = await response?.arrayBuffer();
    if (response?.ok && (bytes?.byteLength ?? 0) > 0) this.scrapes++;
  }
}

/** Reads Prometheus' text format, as far as tests need it. */

/** Sample values by name and labels, as written: `name{label="value"}`. */
export function samplesOf(text: string): Map<string, number> {
  const samples = new Map<string, number>();
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const split = line.lastIndexOf(' ');
    samples.set(line.slice(0, split), Number(line.slice(split + 1)));
  }
  return samples;
}

/** The sum of a metric over all its label values. */
export function sumOf(text: string, name: string): number {
  let sum = 0;
  for (const [sample, value] of samplesOf(text)) if (sample.split('{')[0] === name) sum += value;
  return sum;
}

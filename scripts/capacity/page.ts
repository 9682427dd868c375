/** docs/capacity.md out of its template and the figures. What was not measured yet says so. */

import { machineSection, repliesSection, scalingSection, soakSection, startupSection } from './other-sections.js';
import { allOf, type CapacityResults } from './results-read.js';
import { capacitySection, partsSection, ratiosSection } from './stream-sections.js';

const UNMEASURED = 'Not measured yet.';

/**
 * @param template with a comment such as <!-- paced --> where a section's tables go
 * @throws Error when the template has no place for a section
 */
export function capacityPage(template: string, results: CapacityResults): string {
  const sections: { readonly [name: string]: string } = {
    machine: section(allOf(results), machineSection),
    paced: section(results.paced, capacitySection),
    slip: results.paced
      .map(({ transport }) => `![p99 slip over the rate](capacity/slip-${transport}.svg)`)
      .join('\n\n'),
    pictures:
      results.paced.length === 0
        ? ''
        : '![Highest rate over open streams](capacity/rate.svg)\n\n![Memory per stream](capacity/memory.svg)',
    parts: section(results.parts, partsSection),
    replies: section(results.replies, repliesSection),
    scaling: section(results.scaling, scalingSection),
    startup: section(results.startup, startupSection),
    ratios: section(results.ratios, (measured) => ratiosSection(measured, results.headroom)),
    soak: section(results.soak, soakSection),
  };
  return Object.entries(sections).reduce((page, [name, content]) => {
    const place = `<!-- ${name} -->`;
    if (!page.includes(place)) throw new Error(`the template of the capacity page has no ${place}`);
    return page.replace(place, () => content);
  }, template);
}

function section<Figures>(measured: readonly Figures[], write: (measured: readonly Figures[]) => string): string {
  return measured.length === 0 ? UNMEASURED : write(measured);
}

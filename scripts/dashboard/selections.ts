/** Whom the panels ask, and the PromQL that their queries are made of. What is chosen at the top of the dashboard limits every one of them. */

/** The datasource that is chosen. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: it is Grafana that replaces it
export const DATASOURCE = { type: 'prometheus', uid: '${datasource}' };

/** The nodes that are chosen. */
export const NODES = 'job="$job", instance=~"$instance"';

/** Of these, what is about the models that are chosen. */
export const MODELS = `${NODES}, model=~"$model"`;

/** What a counter grows by per second, summed by the labels. @param selector e.g. NODES */
export function ratePer(counter: string, selector: string, ...labels: readonly string[]): string {
  return summed(`rate(${counter}{${selector}}[$__rate_interval])`, labels);
}

/** What a counter has grown by within the range that the dashboard shows, summed by the labels. */
export function growthOf(counter: string, selector: string, ...labels: readonly string[]): string {
  return summed(`increase(${counter}{${selector}}[$__rate_interval])`, labels);
}

export function summed(expr: string, labels: readonly string[]): string {
  return labels.length === 0 ? `sum(${expr})` : `sum by (${labels.join(', ')}) (${expr})`;
}

/** A quantile of what a histogram observed lately, by the labels. @param histogram its name without _bucket */
export function quantileOf(
  quantile: number,
  histogram: string,
  selector: string,
  ...labels: readonly string[]
): string {
  return `histogram_quantile(${quantile}, ${ratePer(`${histogram}_bucket`, selector, 'le', ...labels)})`;
}

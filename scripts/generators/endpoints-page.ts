/** docs/api/README.md: every path and method of the OpenAPI document, with the page that explains it. */
import type { Generator } from './contract.js';
import { openapiDocument } from './openapi-document.js';

interface Operation {
  readonly tags: readonly string[];
  readonly summary: string;
}

/** Tags of the document, in the page's order, with the page of each relative to docs/api. */
const PAGES: { readonly [tag: string]: string } = {
  OpenAI: 'openai.md',
  'Azure OpenAI': 'azure.md',
  Anthropic: 'anthropic.md',
  Gemini: 'gemini.md',
  Operations: '../http-api.md#operations',
  Admin: '../admin-api.md',
};

const METHODS = new Set(['get', 'post', 'put', 'patch', 'delete']);

const HEAD = `# Endpoints

Every path and method that the simulator answers, generated from its [OpenAPI document](../openapi.json), which has parameters, bodies and
answers of each. What all of them share, and how to tell whose a path is that several APIs have, is in [HTTP API](../http-api.md).
Any other path gets the not-found error of the API that it looks like.
`;

export const endpointsPage: Generator = () => {
  const [document] = openapiDocument();
  const rows = new Map<string, string[]>(Object.keys(PAGES).map((tag) => [tag, []]));
  for (const [path, operations] of Object.entries(JSON.parse(document!.content).paths as { [path: string]: object })) {
    for (const [method, { tags, summary }] of Object.entries(operations) as [string, Operation][]) {
      if (!METHODS.has(method)) continue;
      for (const tag of tags) {
        const section = rows.get(tag);
        if (section === undefined) throw new Error(`the tag ${tag} has no page in docs/api`);
        section.push(`| ${method.toUpperCase()} | \`${path}\` | ${summary} |`);
      }
    }
  }
  const sections = [...rows].map(
    ([tag, lines]) =>
      `\n## ${tag}\n\n[Reference](${PAGES[tag]})\n\n| Method | Path | |\n|---|---|---|\n${lines.join('\n')}\n`,
  );
  return [{ path: 'docs/api/README.md', content: HEAD + sections.join('') }];
};

/**
 * The software bill of materials of a distribution (CycloneDX 1.5, as `npm sbom` writes it), made to say what is shipped and nothing else:
 * packages that pruning took away are gone, a Node that is shipped is in it, and the same content has the same bytes.
 */
import { createHash } from 'node:crypto';

interface Component {
  readonly 'bom-ref': string;
  readonly type: string;
  readonly name: string;
  readonly version: string;
  readonly purl?: string;
  readonly licenses?: readonly object[];
  readonly externalReferences?: readonly { readonly type: string; readonly url: string }[];
  readonly properties?: readonly { readonly name: string; readonly value: string }[];
}

interface Dependency {
  readonly ref: string;
  readonly dependsOn?: readonly string[];
}

export interface BillOfMaterials {
  readonly bomFormat: string;
  readonly specVersion: string;
  readonly serialNumber?: string;
  readonly metadata: { readonly component: Component };
  readonly components: readonly Component[];
  readonly dependencies: readonly Dependency[];
}

export interface Shipped {
  /** `name@version` of every package that is there. */
  readonly packages: ReadonlySet<string>;
  /** Of the application. */
  readonly name: string;
  /** The commit's time, s since 1970; undefined where nobody knows. */
  readonly epochSecs?: number | undefined;
  /** Version of the Node that is shipped; undefined where it comes from elsewhere. */
  readonly node?: string | undefined;
}

/** @throws Error when a package is there that npm does not list */
export function billOf(listed: BillOfMaterials, shipped: Shipped): BillOfMaterials {
  const packages = listed.components.filter((component) => shipped.packages.has(component['bom-ref'])).map(lasting);
  const unlisted = [...shipped.packages].filter((id) => !packages.some((component) => component['bom-ref'] === id));
  if (unlisted.length > 0) throw new Error(`npm sbom does not list ${unlisted.join(', ')}`);
  const components = [...packages, ...(shipped.node === undefined ? [] : [nodeComponent(shipped.node)])];
  // npm calls it by the folder in which it lies.
  const application = { ...lasting(listed.metadata.component), name: shipped.name };
  const references = new Set([application, ...components].map((component) => component['bom-ref']));
  const dependencies = listed.dependencies
    .filter(({ ref }) => references.has(ref))
    .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((name) => references.has(name)) }));
  const timestamp = shipped.epochSecs === undefined ? undefined : new Date(shipped.epochSecs * 1_000).toISOString();
  const bill = {
    $schema: 'http://cyclonedx.org/schema/bom-1.5.schema.json',
    bomFormat: listed.bomFormat,
    specVersion: listed.specVersion,
    version: 1,
    // The tool is left out: its version is the builder's, not the product's.
    metadata: {
      ...(timestamp === undefined ? {} : { timestamp }),
      lifecycles: [{ phase: 'build' }],
      component: application,
    },
    components,
    dependencies,
  };
  return { ...bill, serialNumber: serialNumberOf(JSON.stringify(bill)) };
}

/** What of a component is the same whoever builds: not the registry that it came from, nor where it lay. */
function lasting({ externalReferences = [], properties = [], ...component }: Component): Component {
  return {
    ...component,
    properties: properties.filter(({ name }) => name !== 'cdx:npm:package:path'),
    externalReferences: externalReferences.filter(({ type }) => type !== 'distribution'),
  };
}

function nodeComponent(version: string): Component {
  return {
    'bom-ref': `node@${version}`,
    type: 'platform',
    name: 'node',
    version,
    purl: `pkg:generic/node@${version}`,
    licenses: [{ license: { id: 'MIT' } }],
    externalReferences: [{ type: 'website', url: 'https://nodejs.org' }],
  };
}

/** A UUID of the content (RFC 9562, version 8), where npm draws one. */
function serialNumberOf(content: string): string {
  const digest = createHash('sha256').update(content).digest('hex');
  const variant = ((Number.parseInt(digest[16], 16) & 0x3) | 0x8).toString(16);
  const parts = [digest.slice(0, 8), digest.slice(8, 12), `8${digest.slice(13, 16)}`, variant + digest.slice(17, 20)];
  return `urn:uuid:${[...parts, digest.slice(20, 32)].join('-')}`;
}

/** The bill of materials names what is shipped, and its bytes follow from that alone. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type BillOfMaterials, billOf } from '../../scripts/distribution/bill-of-materials.js';

const component = (name: string) => ({
  'bom-ref': `${name}@1.0.0`,
  type: 'library',
  name,
  version: '1.0.0',
  properties: [{ name: 'cdx:npm:package:path', value: `node_modules/${name}` }],
  externalReferences: [
    { type: 'distribution', url: `https://registry.example/${name}.tgz` },
    { type: 'website', url: 'https://example.org' },
  ],
});

function listed(serialNumber: string): BillOfMaterials {
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    serialNumber,
    metadata: { component: { 'bom-ref': 'app@0.1.0', type: 'application', name: 'folder', version: '0.1.0' } },
    components: [component('kept'), component('pruned')],
    dependencies: [
      { ref: 'app@0.1.0', dependsOn: ['kept@1.0.0', 'pruned@1.0.0'] },
      { ref: 'kept@1.0.0', dependsOn: ['pruned@1.0.0'] },
      { ref: 'pruned@1.0.0', dependsOn: [] },
    ],
  };
}

const shipped = { name: 'app', packages: new Set(['kept@1.0.0']) };

test('what pruning took away is not in it, nor does anything depend on it', () => {
  const bill = billOf(listed('a'), shipped);
  assert.deepEqual(
    bill.components.map(({ name }) => name),
    ['kept'],
  );
  assert.deepEqual(bill.dependencies, [
    { ref: 'app@0.1.0', dependsOn: ['kept@1.0.0'] },
    { ref: 'kept@1.0.0', dependsOn: [] },
  ]);
});

test('a Node that is shipped is in it', () => {
  const { components } = billOf(listed('a'), { ...shipped, node: '24.1.0' });
  const node = components.find(({ name }) => name === 'node');
  assert.deepEqual([node?.version, node?.type], ['24.1.0', 'platform']);
});

test('the same content has the same bytes whatever npm drew, other content another number', () => {
  const one = billOf(listed('urn:uuid:1'), { ...shipped, epochSecs: 1_700_000_000 });
  const two = billOf(listed('urn:uuid:2'), { ...shipped, epochSecs: 1_700_000_000 });
  const other = billOf(listed('urn:uuid:1'), {
    ...shipped,
    packages: new Set(['kept@1.0.0', 'pruned@1.0.0']),
    epochSecs: 1_700_000_000,
  });
  assert.deepEqual(one, two);
  assert.notEqual(one.serialNumber, other.serialNumber);
  assert.match(one.serialNumber as string, /^urn:uuid:[\da-f]{8}-[\da-f]{4}-8[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
  assert.equal((one.metadata as { timestamp?: string }).timestamp, '2023-11-14T22:13:20.000Z');
});

test('it says nothing of the builder: neither the folder nor the registry', () => {
  const bill = billOf(listed('a'), shipped);
  assert.equal(bill.metadata.component.name, 'app');
  assert.doesNotMatch(JSON.stringify(bill), /registry\.example|node_modules/);
});

test('a package that is there and not listed is an error', () => {
  assert.throws(() => billOf(listed('a'), { ...shipped, packages: new Set(['other@1.0.0']) }), /list other@1\.0\.0/);
});

/** Escaped text reads back as it was written, whatever it is, and is never markup. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { escaped } from '../../../src/load/report/markup.js';
import { markupTree } from './markup-tree.js';

test('any text reads back from an element and from an attribute, but for what XML forbids', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const { attributes, text: content } = markupTree(`<a b="${escaped(text)}">${escaped(text)}</a>`);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what XML forbids
      const expected = text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd');
      assert.equal(content, expected);
      assert.equal(attributes.b, expected);
    }),
  );
});

test('halves of surrogate pairs and control characters are replaced, and whole pairs kept', () => {
  assert.equal(escaped('a\ud800b\udc00c\u0000d\u001b[2Je😀\tf\ng'), 'a\ufffdb\ufffdc\ufffdd\ufffd[2Je😀\tf\ng');
  assert.equal(escaped('<script>"&amp;"</script>'), '&lt;script&gt;&quot;&amp;amp;&quot;&lt;/script&gt;');
});

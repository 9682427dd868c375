/** The pages of PDFs, counted in bytes as real files have them. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { pdfPagesOf } from '../../../src/providers/anthropic/pdf-pages.js';

const base64 = (file: string) => Buffer.from(file, 'latin1').toString('base64');

describe('the pages of a PDF', () => {
  test('are its page objects, not the list of them', () => {
    const file =
      '%PDF-1.4\n1 0 obj <</Type /Pages /Count 2>>\n2 0 obj <</Type /Page>>\n3 0 obj <</Type/Page/Parent 1 0 R>>\n%%EOF';
    assert.equal(pdfPagesOf(base64(file)), 2);
  });

  test('are one where none can be seen', () => {
    assert.equal(pdfPagesOf(base64('%PDF-1.7')), 1);
    assert.equal(pdfPagesOf('not base64!'), 1);
  });
});

/**
 * A validator that is set up apart from the generator's own: Ajv with JavaScript's regular expressions and ajv-formats as it comes. The
 * schema itself is not checked, which would cost most of the time.
 */
import { Ajv, type ValidateFunction } from 'ajv';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

/** @throws Error for a schema that Ajv cannot compile */
export function referenceValidator(schema: object | boolean): (value: unknown) => string[] {
  const dialect = typeof schema === 'object' && '$schema' in schema ? String(schema.$schema) : '';
  const Dialect = dialect.includes('draft-07') ? Ajv : dialect.includes('2019-09') ? Ajv2019 : Ajv2020;
  const ajv = new Dialect({
    strict: false,
    allErrors: true,
    logger: false,
    ownProperties: true,
    meta: false,
    validateSchema: false,
  });
  addFormats.default(ajv as Ajv);
  const validate: ValidateFunction = ajv.compile(schema);
  return (value) =>
    validate(value) ? [] : (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message}`);
}

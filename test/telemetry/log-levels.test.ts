/** Filters of the log, as LLM_SIM_LOG and RUST_LOG have them, and the levels that come of them. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { type Logger, pino } from 'pino';
import {
  filterText,
  LOG_LEVELS,
  LOG_MODULES,
  type LogLevels,
  type LogModule,
  parseLogFilter,
  parseRustLog,
} from '../../src/telemetry/log-levels.js';
import { configureLogLevels, moduleLogger, overrideLogLevels, silence } from '../../src/telemetry/module-logger.js';

const levels = fc.constantFrom(...LOG_LEVELS);
const modules = fc.constantFrom(...(Object.keys(LOG_MODULES) as LogModule[]));

describe('a filter', () => {
  const filters: readonly (readonly [text: string, level: string | undefined, modules: object])[] = [
    ['info', 'info', {}],
    ['warn,http=debug,cluster=trace', 'warn', { http: 'debug', cluster: 'trace' }],
    ['http=debug', undefined, { http: 'debug' }],
    ['http', undefined, { http: 'trace' }],
    [' WARN , http = Debug ,', 'warn', { http: 'debug' }],
    ['off,http=off', 'silent', { http: 'silent' }],
    ['info,debug,http=warn,http=error', 'debug', { http: 'error' }],
    ['', undefined, {}],
  ];
  for (const [text, level, own] of filters) {
    test(`"${text}"`, () => {
      const filter = parseLogFilter(text);
      assert.deepEqual([filter.level, filter.modules, filter.problems], [level, own, []]);
    });
  }

  test('says of every part that means nothing which word does not', () => {
    const { problems } = parseLogFilter('loud,htp=debug,http=loud,http=debug=info,constructor=debug,__proto__');
    assert.deepEqual(
      problems.map(({ word }) => word),
      ['loud', 'htp', 'loud', 'debug', 'constructor', '__proto__'],
    );
  });

  test('is read again as it was written', () => {
    fc.assert(
      fc.property(levels, fc.dictionary(modules, levels), (level, own) => {
        const { level: readLevel, modules: read, problems } = parseLogFilter(filterText({ level, modules: own }));
        assert.deepEqual([readLevel, { ...read }, problems], [level, { ...own }, []]);
      }),
    );
  });

  test('takes any text without failing', () => {
    fc.assert(fc.property(fc.string(), (text) => void [parseLogFilter(text), parseRustLog(text)]));
  });
});

describe('RUST_LOG', () => {
  const filters: readonly (readonly [text: string, level: string | undefined, modules: object])[] = [
    ['debug', 'debug', {}],
    ['llm_simulator=debug', 'debug', {}],
    ['info,llm_simulator::http=debug', 'info', { http: 'debug' }],
    ['info,hyper=trace,tower_http::trace=debug', 'info', {}],
    ['hyper', undefined, {}],
    ['llm_simulator::no_such=debug,nonsense=nonsense', undefined, {}],
  ];
  for (const [text, level, own] of filters)
    test(`"${text}"`, () => assert.deepEqual(parseRustLog(text), { level, modules: own }));
});

describe('loggers of modules', () => {
  function written(change: (root: Logger) => void): string[] {
    const lines: string[] = [];
    const root: Logger = pino({ level: 'info' }, { write: (line) => void lines.push(JSON.parse(line).msg) });
    moduleLogger(root, 'http');
    change(root);
    root.debug('root');
    moduleLogger(root, 'http').debug('http');
    // Made after the change.
    moduleLogger(root, 'admin').debug('admin');
    return lines;
  }
  const httpOnly: LogLevels = { level: 'warn', modules: { http: 'debug' } };

  test('have the level of all, or one of their own', () => {
    assert.deepEqual(
      written(() => {}),
      [],
    );
    assert.deepEqual(
      written((root) => configureLogLevels(root, { level: 'debug', modules: { http: 'error' } })),
      ['root', 'admin'],
    );
    assert.deepEqual(
      written((root) => configureLogLevels(root, httpOnly)),
      ['http'],
    );
  });

  test('keep what was said at run time over a reload, until it is taken back', () => {
    assert.deepEqual(
      written((root) => {
        overrideLogLevels(root, httpOnly);
        configureLogLevels(root, { level: 'debug', modules: {} });
      }),
      ['http'],
    );
    assert.deepEqual(
      written((root) => {
        overrideLogLevels(root, { level: 'silent', modules: {} });
        configureLogLevels(root, httpOnly);
        overrideLogLevels(root, undefined);
      }),
      ['http'],
    );
  });

  test('are silent for good once they are silenced', () => {
    assert.deepEqual(
      written((root) => {
        silence(root);
        configureLogLevels(root, { level: 'trace', modules: {} });
      }),
      [],
    );
  });

  test('name their module, and are the same each time', () => {
    const lines: { module?: string }[] = [];
    const root = pino({ level: 'info' }, { write: (line) => void lines.push(JSON.parse(line)) });
    moduleLogger(root, 'state').info('said');
    assert.equal(moduleLogger(root, 'state'), moduleLogger(root, 'state'));
    assert.deepEqual(
      lines.map(({ module }) => module),
      ['state'],
    );
  });
});

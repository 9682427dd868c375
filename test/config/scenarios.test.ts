/** Promises about scenarios in a configuration: those that ship are sound with any parameters, and mistakes are found at their places. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { loadConfiguration } from '../../src/config/loader.js';
import { ConfigurationFailure } from '../../src/config/problems.js';
import { scenarioFaultFindings } from '../../src/config/scenario-faults.js';
import { packageRoot } from '../../src/kernel/package-root.js';
import { CompiledSteering } from '../../src/scenarios/compiled-steering.js';
import { momentDocument, scenarioDocument } from '../../src/scenarios/description.js';
import { completeParameters, parameterRanges } from '../../src/scenarios/parameters.js';
import { NO_STEERING } from '../../src/scenarios/steering-text.js';

const shipped = readdirSync(join(packageRoot, 'config/scenarios')).map((file) => file.replace('.yaml', ''));
const configuration = loadConfiguration({ environment: {} });
const load = (text: string) => loadConfiguration({ text: { name: 'f', content: text }, environment: {} });

function problemsOf(text: string): string {
  try {
    load(text);
    return '';
  } catch (error) {
    if (error instanceof ConfigurationFailure) return error.message;
    throw error;
  }
}

describe('the scenarios that ship', () => {
  test('are those of the specification, one per file, and say on what they rest', () => {
    const names = [
      'brownout',
      'cold_start',
      'degraded_service',
      'outage_and_recovery',
      'rate_limit_storm',
      'slow_region',
    ];
    assert.deepEqual(shipped.toSorted(), names);
    assert.deepEqual(Object.keys(configuration.scenarios).toSorted(), names);
    for (const name of names) {
      const text = readFileSync(join(packageRoot, `config/scenarios/${name}.yaml`), 'utf8');
      assert.match(text, /^# Plausible because: /m, name);
      const { description, parameters } = configuration.scenarios[name]!;
      assert.ok(description.length > 0 && Object.values(parameters).every((parameter) => parameter.description), name);
    }
  });

  /** Each with one parameter at one end of its range, and the others at their defaults. */
  const extremes = Object.entries(configuration.scenarios).flatMap(([name, definition]) =>
    [...parameterRanges(definition)].flatMap(([parameter, { maximum, minimum }]) =>
      [minimum, maximum].map((value) => ({
        what: `${name} with ${parameter} = ${value}`,
        definition,
        parameters: completeParameters(definition, { [parameter]: value }),
      })),
    ),
  );

  test('are sound at either end of every range', () => {
    for (const { definition, parameters, what } of extremes) {
      assert.deepEqual(
        scenarioFaultFindings([], definition, parameters, configuration, () => true),
        [],
        what,
      );
      const { timeline } = scenarioDocument('any', definition, { parameters });
      const shares = timeline.flatMap(({ faults = [] }) => faults.map(({ probability }) => probability));
      const ends = shares.flatMap((share) => (typeof share === 'number' ? [share] : [share.from, share.to]));
      assert.ok(
        ends.every((share) => share >= 0 && share <= 1),
        what,
      );
    }
  });

  /** What is in effect at a moment, with the defaults. */
  const moment = (name: string, atSecs: number) => {
    const parameters = completeParameters(configuration.scenarios[name]!, undefined);
    const secs = scenarioDocument(name, configuration.scenarios[name]!).duration_seconds;
    const active = { name, fromUs: 0, untilUs: secs === null ? null : secs * 1e6, parameters };
    const [running] = new CompiledSteering({ ...NO_STEERING, scenarios: [active] }, configuration.scenarios).scenarios;
    const { effects, step_name: step } = momentDocument(running!, atSecs * 1e6);
    const { faults = [], ...factors } = effects;
    const faulty = faults.map(({ fault, probability }) => [
      typeof fault === 'string' ? fault : (fault as { kind: string }).kind,
      probability,
    ]);
    return [step, factors, Object.fromEntries(faulty)];
  };

  test('do over time what their pages say', () => {
    assert.deepEqual(moment('brownout', 0), ['slowing down', { ttft_factor: 1, itl_factor: 1 }, {}]);
    assert.deepEqual(moment('brownout', 60), ['slowing down', { ttft_factor: 2.5, itl_factor: 1.5 }, {}]);
    assert.deepEqual(moment('brownout', 165), [
      'shedding load',
      { ttft_factor: 4, itl_factor: 2 },
      { overloaded: 0.125 },
    ]);
    assert.deepEqual(moment('brownout', 300), ['worst', { ttft_factor: 4, itl_factor: 2 }, { overloaded: 0.25 }]);
    assert.deepEqual(moment('brownout', 510), [
      'recovering',
      { ttft_factor: 2.5, itl_factor: 1.5 },
      { overloaded: 0.125 },
    ]);
    assert.deepEqual(moment('brownout', 600), [null, {}, {}]);
    assert.deepEqual(moment('rate_limit_storm', 1), ['wave', { limits_factor: 0.2 }, { rate_limit: 0.6 }]);
    assert.deepEqual(moment('rate_limit_storm', 21), ['calm', {}, {}]);
    assert.deepEqual(moment('rate_limit_storm', 31), ['wave', { limits_factor: 0.2 }, { rate_limit: 0.6 }]);
    const degraded = { server_error: 0.05, overloaded: 0.025, timeout: 0.01 };
    assert.deepEqual(moment('degraded_service', 1e6), ['degraded', { latency_factor: 2 }, degraded]);
    assert.deepEqual(moment('outage_and_recovery', 0), ['outage', {}, { server_error: 1 }]);
    assert.deepEqual(moment('outage_and_recovery', 120), ['coming back', { latency_factor: 3 }, { server_error: 0.5 }]);
    assert.deepEqual(moment('outage_and_recovery', 160), ['relapse', { latency_factor: 3 }, { overloaded: 0.5 }]);
    assert.deepEqual(moment('slow_region', 5), ['far away', { ttft_factor: 2.5, itl_factor: 1.2 }, { timeout: 0.002 }]);
    assert.deepEqual(moment('cold_start', 44.9), ['loading', {}, { overloaded: 1 }]);
    assert.deepEqual(moment('cold_start', 45), ['warming up', { ttft_factor: 6, itl_factor: 1.5 }, {}]);
  });
});

describe('a configuration', () => {
  test('changes one thing of a scenario that ships, and replaces its steps as a whole', () => {
    const { scenarios } = load('scenarios: {brownout: {parameters: {error_rate: {default: 0.5}}}}');
    assert.equal(scenarios.brownout!.parameters.error_rate!.default, 0.5);
    assert.equal(scenarios.brownout!.parameters.error_rate!.maximum, 1);
    assert.equal(scenarios.brownout!.steps.length, 4);
    const replaced = load(
      'scenarios: {slow_region: {parameters: {}, steps: [{faults: [{fault: overloaded, probability: 0.1}]}]}}',
    );
    assert.equal(replaced.scenarios.slow_region!.steps.length, 1);
  });

  test('takes the example of the documentation', () => {
    const page = readFileSync(join(packageRoot, 'docs/scenarios.md'), 'utf8');
    const examples = [...page.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, text]) => text!);
    assert.ok(examples.length > 0);
    for (const example of examples) assert.equal(problemsOf(example), '');
  });

  test('has mistakes found at their places, each with what would be valid', () => {
    const text = [
      'scenarios:',
      '  mine:',
      '    parameters:',
      '      rate: {default: 0.1, maximum: 2}',
      '    steps:',
      '      - match: {model: gpt4o, endpoint: claude.*}',
      '        faults:',
      `          - {fault: overlaoded, probability: "\${rate}"}`,
      `          - {fault: {kind: timeout, hold: 3}, probability: "\${rat}"}`,
      '          - {fault: overloaded, match: {headers: {x: "("}}}',
      'simulation:',
      '  active_scenarios:',
      '    - {name: brownot}',
      '    - {name: brownout, parameters: {eror_rate: 0.1, slowdown: 1000}}',
    ].join('\n');
    const message = problemsOf(text);
    for (const expected of [
      /f:6:24 {2}scenarios\.mine\.steps\[0\]\.match\.model: must match .*did you mean "gpt-4o"/,
      /f:6:41 {2}scenarios\.mine\.steps\[0\]\.match\.endpoint: must match the name of an endpoint/,
      /f:8:21 {2}scenarios\.mine\.steps\[0\]\.faults\[0\]\.fault: must be one of .*did you mean "overloaded"/,
      /f:8:46 {2}scenarios\.mine\.steps\[0\]\.faults\[0\]\.probability: takes numbers from 0 to 1, but rate may be from/,
      /f:9:37 {2}scenarios\.mine\.steps\[0\]\.faults\[1\]\.fault\.hold: is not a known key.*did you mean "hold_ms"/,
      /f:9:60 {2}scenarios\.mine\.steps\[0\]\.faults\[1\]\.probability: names the parameter "rat".*did you mean "rate"/,
      /f:10:\d+ {2}scenarios\.mine\.steps\[0\]\.faults\[2\]\.match\.headers\.x: must be a regular expression/,
      /f:13:14 {2}simulation\.active_scenarios\[0\]\.name: must name a scenario.*did you mean "brownout"/,
      /f:14:37 {2}simulation\.active_scenarios\[1\]\.parameters\.eror_rate: is not a parameter.*did you mean "error_rate"/,
      /f:14:63 {2}simulation\.active_scenarios\[1\]\.parameters\.slowdown: must be a number from 1 to 100 \(got 1000\)/,
    ]) {
      assert.match(message, expected);
    }
  });
});

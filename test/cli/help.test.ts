/** What the command says about itself, and about command lines that are wrong. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { packageVersion } from '../../src/kernel/package-root.js';
import { runCommand } from '../process/program.js';

describe('help', () => {
  test('--help lists the commands and the exit codes', async () => {
    const { code, stdout, stderr } = await runCommand(['--help']);
    assert.equal(code, 0);
    assert.equal(stderr, '');
    for (const command of ['serve', 'validate', 'plan', 'scenarios', 'load', 'compare'])
      assert.match(stdout, new RegExp(`^  ${command} `, 'm'));
    for (const exitCode of [0, 1, 2, 3, 4, 5, 6, 7]) assert.match(stdout, new RegExp(`^  ${exitCode}  \\w`, 'm'));
  });

  test("a command's --help explains its flags", async () => {
    const { code, stdout } = await runCommand(['serve', '--help']);
    assert.equal(code, 0);
    for (const flag of ['--config', '--port', '--host', '--seed', '--log-level'])
      assert.ok(stdout.includes(flag), flag);
    assert.match(stdout, /Exit codes:/);
  });

  for (const flag of ['-V', '--version']) {
    test(`${flag} prints the version of package.json`, async () => {
      assert.deepEqual(await runCommand([flag]), { code: 0, signal: null, stdout: `${packageVersion}\n`, stderr: '' });
    });
  }
});

describe('a wrong command line ends with exit code 2 and a text that helps', () => {
  const lines: [string, string[], RegExp][] = [
    ['no command', [], /Usage: llm-simulator/],
    ['an unknown command', ['sevre'], /unknown command 'sevre'[\s\S]*serve/],
    ['an unknown flag', ['serve', '--prot', '1'], /unknown option '--prot'[\s\S]*--port/],
    ['a flag without its value', ['serve', '--port'], /'-p, --port <number>' argument missing/],
    ['a port out of range', ['serve', '--port', '65536'], /--port[\s\S]*'65536'[\s\S]*integer from 0 to 65535/],
    ['a port that is no number', ['serve', '--port', '80a'], /'80a'[\s\S]*integer from 0 to 65535/],
    ['a negative port', ['serve', '--port', '-1'], /'-1'[\s\S]*integer from 0 to 65535/],
    ['a fractional seed', ['serve', '--seed', '1.5'], /'1\.5'[\s\S]*integer from 0 to 9007199254740991/],
    ['an unknown log level', ['serve', '--log-level', 'loud'], /'loud'[\s\S]*trace, debug, info, warn, error/],
    ['a watch without a file', ['serve', '--watch'], /--watch needs the file to watch: --config FILE/],
    ['a surplus argument', ['validate', 'file.yaml'], /too many arguments/],
  ];
  for (const [story, line, expected] of lines) {
    test(story, async () => {
      const { code, stdout, stderr } = await runCommand(line);
      assert.equal(code, 2, stderr);
      assert.equal(stdout, '');
      assert.match(stderr, expected);
      assert.match(stderr, /--help/);
    });
  }
});

import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fifthOf, fifths, findTests, readChoice } from './choice.ts';

const root = resolve('.');
const files = {
  units: ['main/engine/queue/queue.test.ts', 'main/engine/queue/undo.test.ts', 'test/e2e/cli.test.ts'],
  specs: ['test/e2e/window/queue.spec.ts'],
};
const read = (...args: readonly string[]) => readChoice(args, root, files);
const every = { all: false, fifth: undefined, seed: undefined, units: [], specs: [] };

describe('a run of the tests', () => {
  it('without arguments takes every test', () => {
    expect(read()).toEqual(every);
  });

  it('with the path of a unit test takes it alone, and no spec', () => {
    const unit = 'main/engine/queue/undo.test.ts';
    for (const path of [unit, `./${unit}`, join(root, unit)]) expect(read(path)).toEqual({ ...every, units: [unit] });
  });

  it('with the path of a spec takes it alone, and no unit test', () => {
    const spec = 'test/e2e/window/queue.spec.ts';
    expect(read(spec)).toEqual({ ...every, specs: [spec] });
    expect(read(`${spec}:22`)).toEqual({ ...every, specs: [`${spec}:22`] });
  });

  it('with a folder takes what is below it', () => {
    expect(read('main/engine')).toEqual({ ...every, units: ['main/engine'] });
    expect(read('test/e2e/')).toEqual({ ...every, units: ['test/e2e'], specs: ['test/e2e'] });
  });

  it.each(['main/engine/queue/gone.test.ts', 'main/eng', 'main/engine/queue/queue.ts', '../elsewhere'])(
    'refuses a path without tests: %s',
    (path) => {
      expect(read('test/e2e/cli.test.ts', path)).toEqual(new Error(`There is no test at ${path}.`));
    },
  );

  it('takes the fifth and the seed that are given', () => {
    expect(read('--fifth', '3')).toEqual({ ...every, fifth: 3 });
    expect(read('--all', '--seed=42')).toEqual({ ...every, all: true, seed: 42 });
  });

  it.each([
    ['--fifth', '0'],
    ['--fifth', '6'],
    ['--fifth', 'x'],
    ['--seed', '1.5'],
    ['--sed', '1'],
  ])('refuses %s %s in words', (option, value) => {
    const said = read(option, value);
    expect(said).toBeInstanceOf(Error);
    expect((said as Error).message).toContain(option);
  });

  it('finds the tests of the project', () => {
    const found = findTests(root);
    expect(found.units).toContain('test/gate/choice.test.ts');
    expect(found.specs).toContain('test/e2e/window/queue.spec.ts');
    expect(found.units.filter((path) => path.includes('node_modules'))).toEqual([]);
  });
});

describe('the fifth of a commit', () => {
  it('is always the same, and one of five', () => {
    expect(fifthOf('e2f475a0c3b1d5f6')).toBe(fifthOf('e2f475a0c3b1d5f6'));
    const drawn = Array.from({ length: 100 }, (_, n) => fifthOf((n * 2_654_435_761).toString(16).padStart(40, '0')));
    expect(drawn.every((fifth) => fifth >= 1 && fifth <= fifths)).toBe(true);
  });

  it('is each of them for some commit', () => {
    const drawn = Array.from({ length: 10 }, (_, n) => fifthOf(n.toString(16).padStart(8, '0') + 'f'.repeat(32)));
    expect(new Set(drawn)).toEqual(new Set([1, 2, 3, 4, 5]));
  });
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SPLITS, SplitConfig, splitOf } from '../src/split.ts';

const names = fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 50 });

test('a side hangs on seed and name alone: identities added or removed move no other', () => {
  fc.assert(
    fc.property(names, names, fc.nat(1e6), (some, more, seed) => {
      const config = SplitConfig.parse({ seed });
      const before = new Map(some.map((name) => [name, splitOf(name, config)]));
      for (const name of [...more, ...some].reverse()) {
        if (before.has(name)) expect(splitOf(name, config)).toBe(before.get(name));
      }
    }),
  );
});

test('everybody is on one side, and the sides have about their shares', () => {
  const config = SplitConfig.parse({ validation: 0.1, test: 0.2, seed: 4 });
  const counts = { train: 0, validation: 0, test: 0 };
  for (let i = 0; i < 10_000; i++) {
    const side = splitOf(`identity ${i}`, config);
    expect(SPLITS).toContain(side);
    counts[side]++;
  }
  // Four standard deviations of a binomial of 10,000.
  expect(Math.abs(counts.validation - 1000)).toBeLessThan(120);
  expect(Math.abs(counts.test - 2000)).toBeLessThan(160);
});

test('another share for validation leaves the test side as it is; another seed does not', () => {
  const people = Array.from({ length: 500 }, (_, i) => `p${i}`);
  const tested = (config: object) =>
    people.filter((name) => splitOf(name, SplitConfig.parse(config)) === 'test');
  expect(tested({ validation: 0.3 })).toEqual(tested({ validation: 0.05 }));
  expect(tested({ seed: 1 })).not.toEqual(tested({ seed: 2 }));
});

test('shares that leave nobody to train on are refused', () => {
  const { error } = SplitConfig.safeParse({ validation: 0.5, test: 0.5 });
  expect(error?.issues[0]?.message).toContain('below 1');
});

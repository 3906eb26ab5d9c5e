import fc from 'fast-check';
import { expect, test } from 'vitest';
import { editDistance, nearest } from '../src/index.ts';

/** The same distance by its definition: the cheapest of all ways, tried one by one. */
function byDefinition(a: string, b: string): number {
  if (!a || !b) return a.length + b.length;
  const ways = [
    byDefinition(a.slice(1), b) + 1,
    byDefinition(a, b.slice(1)) + 1,
    byDefinition(a.slice(1), b.slice(1)) + (a[0] === b[0] ? 0 : 1),
  ];
  const swapped = a.length > 1 && b.length > 1 && a[0] === b[1] && a[1] === b[0];
  if (swapped) ways.push(byDefinition(a.slice(2), b.slice(2)) + 1);
  return Math.min(...ways);
}

test('known distances', () => {
  expect(editDistance('kitten', 'sitting')).toBe(3);
  expect(editDistance('train', 'trian')).toBe(1);
  expect(editDistance('', 'abc')).toBe(3);
  expect(editDistance('Rate', 'rate')).toBe(0);
});

test('equals the definition on short words', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 5 });
  fc.assert(fc.property(word, word, (a, b) => editDistance(a, b) === byDefinition(a, b)));
});

test('nearest names what was meant', () => {
  expect(nearest('trian', ['eval', 'train', 'runs'])).toBe('train');
  expect(nearest('zzzzzz', ['eval'])).toBe('eval');
  expect(nearest('x', [])).toBeUndefined();
});

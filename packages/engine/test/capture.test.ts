/** Captured functions against the same functions run as written. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Captured, capture, startEngine, tf } from '../src/index.ts';
import { raw1 } from '../src/ops/raw.ts';
import { testedBackends } from '../src/testing.ts';
import { captureInputs, captureStep } from './capture-step.ts';
import { type Case, cases, inputsOf, scalarise } from './cases.ts';

const here = testedBackends();

/** Largest difference over the tensor's largest value. */
function distance(found: Tensor, expected: Tensor): number {
  expect(found.shape).toEqual(expected.shape);
  const [a, b] = [[...found.dataSync()], [...expected.dataSync()]];
  const largest = b.reduce((most, x) => Math.max(most, Math.abs(x)), 1e-6);
  return a.reduce((most, x, i) => Math.max(most, Math.abs(x - (b[i] as number))), 0) / largest;
}

const held = (): number[] => {
  const { binding } = tf.backend() as unknown as { binding: { getNumOfTensors(): number } };
  return [tf.memory().numTensors, tf.memory().numDataBuffers, binding.getNumOfTensors()];
};

/** The function's result after the two calls that record. */
function settled<A extends object, R extends object>(captured: Captured<A, R>, inputs: A): R {
  for (let i = 0; i < 2; i++) tf.tidy(() => void captured(inputs));
  return captured(inputs);
}

const pair = () => ({ a: tf.tensor1d([1, 2, 3]), b: tf.tensor1d([10, 20, 30]) });
type Pair = ReturnType<typeof pair>;

describe.skipIf(!here.includes('tensorflow'))(
  'captured on TensorFlow (skipped where it is not set up)',
  () => {
    beforeAll(async () => {
      await startEngine({ backend: 'tensorflow' });
    });
    beforeEach(() => {
      tf.engine().startScope();
      return () => tf.engine().endScope();
    });

    it.each(cases)('$name: value and gradients within 1e-6', (c: Case) => {
      const wanted = c.differentiable ?? c.shapes.map((_, i) => i);
      const compute = (inputs: Tensor[]): Tensor[] => {
        const gradients = tf.grads((...some: Tensor[]) =>
          scalarise(c)(inputs.map((x, i) => some[wanted.indexOf(i)] ?? x)),
        )(wanted.map((i) => inputs[i] as Tensor));
        return [c.run(inputs), ...gradients];
      };
      const inputs = inputsOf(c);
      const expected = compute(inputs);
      settled(capture(compute, { name: c.name }), inputs).forEach((tensor, i) => {
        expect(distance(tensor, expected[i] as Tensor)).toBeLessThan(1e-6);
      });
    });

    it('a training step follows the one run as written, and repeats to the bit', () => {
      const captured = capture(captureStep, { name: 'step' });
      let state = captureInputs(0).state;
      for (let i = 0; i < 5; i++) {
        const inputs = { ...captureInputs(i), state };
        const [found, again] = [captured(inputs), captured(inputs)];
        const expected = captureStep(inputs);
        for (const [name, tensor] of Object.entries(found.state)) {
          expect(distance(tensor, expected.state[name] as Tensor), `${name} in step ${i}`).toBeLessThan(2e-6);
          expect(again.state[name]?.dataSync()).toEqual(tensor.dataSync());
        }
        expect(distance(found.metrics.loss, expected.metrics.loss)).toBeLessThan(1e-6);
        state = found.state;
      }
    });

    it('repeats to the bit in another process', () => {
      const script = fileURLToPath(new URL('./capture-step.ts', import.meta.url));
      const run = () => execFileSync(process.execPath, ['--import', 'tsx', script], { encoding: 'utf8' });
      const captured = capture(captureStep, { name: 'step' });
      const { first, filter } = captured(captureInputs(0)).state as { first: Tensor; filter: Tensor };
      const digest = createHash('sha256').update(first.dataSync()).update(filter.dataSync()).digest('hex');
      expect(run().trim()).toBe(digest);
    });

    it('leaves no tensor behind, in tfjs or in TensorFlow', () => {
      const captured = capture(captureStep, { name: 'step' });
      const inputs = captureInputs(0);
      tf.tidy(() => void captured(inputs)); // hands the inputs to TensorFlow
      const before = held();
      for (let i = 0; i < 4; i++) {
        const result = captured(inputs);
        expect(tf.memory().numTensors).toBe((before[0] as number) + Object.keys(result.state).length + 1);
        tf.dispose([Object.values(result.state), result.metrics.loss]);
        expect(held()).toEqual(before);
      }
      captured.dispose();
      expect(held()).toEqual(before);
    });

    it('keeps several functions and several shapes apart', () => {
      const sum = capture(({ a, b }: Pair) => ({ y: tf.add(a, b) }), { name: 'sum' });
      const product = capture(({ a, b }: Pair) => ({ y: tf.mul(a, b) }), { name: 'sum' });
      const wide = { a: tf.tensor1d([1, 2, 3, 4, 5]), b: tf.tensor1d([5, 4, 3, 2, 1]) };
      for (let i = 0; i < 4; i++) {
        expect([...sum(pair()).y.dataSync()]).toEqual([11, 22, 33]);
        expect([...product(pair()).y.dataSync()]).toEqual([10, 40, 90]);
        expect([...sum(wide).y.dataSync()]).toEqual([6, 6, 6, 6, 6]);
      }
      sum.dispose();
      expect([...product(pair()).y.dataSync()]).toEqual([10, 40, 90]);
      expect([...sum(pair()).y.dataSync()]).toEqual([11, 22, 33]);
    });

    it('does not take inputs that share their values for inputs that do not', () => {
      const sum = capture(({ a, b }: Pair) => ({ y: tf.add(a, b) }), { name: 'sum' });
      const { a, b } = pair();
      expect([...settled(sum, { a, b: a }).y.dataSync()]).toEqual([2, 4, 6]);
      expect([...settled(sum, { a, b }).y.dataSync()]).toEqual([11, 22, 33]);
    });

    it('gives back inputs, copies, constants and the same tensor twice as the function does', () => {
      const compute = ({ a, b }: Pair) => {
        const y = tf.add(a, b);
        return { a, copy: b.clone(), y, list: [y, y.clone()], two: tf.scalar(2), absent: undefined };
      };
      const inputs = pair();
      const result = settled(capture(compute, { name: 'mixed' }), inputs);
      expect(result.a).toBe(inputs.a);
      expect(result.list[0]).toBe(result.y);
      inputs.b.dispose();
      result.y.dispose();
      expect([...result.copy.dataSync()]).toEqual([10, 20, 30]);
      expect([...(result.list[1] as Tensor).dataSync()]).toEqual([11, 22, 33]);
      expect([...result.two.dataSync()]).toEqual([2]);
    });

    it('reads frozen tensors where they are, and says when one is gone', () => {
      const weights = { w: tf.tensor1d([2, 3, 4]) };
      const captured = capture(({ a }: Pair) => ({ y: tf.mul(a, weights.w) }), {
        name: 'net',
        frozen: weights,
      });
      expect([...settled(captured, pair()).y.dataSync()]).toEqual([2, 6, 12]);
      weights.w.dispose();
      expect(() => captured(pair())).toThrow(/frozen tensor of net, of shape \[3\], is disposed/);
    });

    it('refuses tensors from outside that are not declared, used before or not', () => {
      const fresh = tf.tensor1d([2, 3, 4]);
      const used = tf.add(fresh, 1);
      for (const weight of [tf.tensor1d([2, 3, 4]), used]) {
        const captured = capture(({ a }: Pair) => ({ y: tf.mul(a, weight) }), { name: 'net' });
        expect(() => captured(pair())).toThrow(/shape \[3\] is used .* neither an input nor made there/);
      }
      expect(() => capture(() => ({ used }), { name: 'net' })({})).toThrow(/neither an input nor made there/);
    });

    it('refuses a number that changes between calls without being an input', () => {
      let rate = 0.1;
      const scaled = capture(({ a }: Pair) => ({ y: tf.mul(a, rate) }), { name: 'scaled' });
      scaled(pair());
      rate = 0.2;
      expect(() => scaled(pair())).toThrow(
        /scaled cannot be captured: a value of shape \[\].* pass it as a tensor/,
      );
      const noisy = capture(({ a }: Pair) => ({ y: tf.add(a, tf.randomNormal([3])) }), { name: 'noisy' });
      noisy(pair());
      expect(() => noisy(pair())).toThrow(/a value of shape \[3\].* differed between two calls/);
    });

    it('refuses a course that changes between calls', () => {
      let calls = 0;
      const captured = capture(({ a }: Pair) => ({ y: calls++ ? tf.sin(a) : tf.cos(a) }), { name: 'fork' });
      captured(pair());
      expect(() => captured(pair())).toThrow(/operation 0 was Cos .*\(Sin\)/);
    });

    it('refuses to be read inside, constants apart', () => {
      const read = capture(({ a }: Pair) => ({ y: tf.mul(a, a.dataSync()[0] as number) }), { name: 'read' });
      expect(() => read(pair())).toThrow(/read \(dataSync/);
      const constant = ({ a }: Pair) => ({ y: tf.mul(a, tf.scalar(3).dataSync()[0] as number) });
      expect([...settled(capture(constant, { name: 'constant' }), pair()).y.dataSync()]).toEqual([3, 6, 9]);
    });

    it('refuses operations with a state, and works on after a refusal', () => {
      const draw = capture(({ a }: Pair) => ({ y: tf.multinomial(a, 2, 1) }), { name: 'draw' });
      expect(() => draw(pair())).toThrow(/Multinomial keeps state/);
      expect([...tf.add(1, 2).dataSync()]).toEqual([3]);
    });

    it('refuses to be differentiated', () => {
      const captured = capture(({ a }: Pair) => ({ y: tf.square(a) }), { name: 'square' });
      const { a, b } = pair();
      expect(() => tf.grad((x: Tensor) => captured({ a: x as Tensor1D, b }).y)(a)).toThrow(/has no gradient/);
    });

    it('takes operations with lists of inputs and of outputs', () => {
      const compute = ({ a, b }: Pair) => {
        const [left, right] = tf.split(tf.stack([a, b, a, b]), 2) as [Tensor, Tensor];
        return {
          y: tf.concat([left, right, left], 1),
          z: tf.addN([left, right, left]),
          w: raw1('Rank', {}, [left]),
        };
      };
      const expected = compute(pair());
      const found = settled(capture(compute, { name: 'lists' }), pair());
      for (const name of ['y', 'z', 'w'] as const) expect(distance(found[name], expected[name])).toBe(0);
    });
  },
);

describe.each(here)('captured on %s', (backend) => {
  beforeAll(async () => {
    await startEngine({ backend });
  });

  it('equals the function and frees what it made', () => {
    const captured = capture(({ x }: { x: Tensor4D }) => ({ y: tf.sum(tf.square(x)), x }), { name: 'norm' });
    const x = tf.tensor4d([1, 2, 3, 4], [1, 2, 2, 1]);
    const before = tf.memory().numTensors;
    for (let i = 0; i < 3; i++) {
      const { y, x: same } = captured({ x });
      expect(same).toBe(x);
      expect([...y.dataSync()]).toEqual([30]);
      y.dispose();
    }
    expect(tf.memory().numTensors).toBe(before);
    x.dispose();
  });

  it('refuses what is no tensor, by its name', () => {
    const captured = capture((inputs: { net: { a: Tensor; step?: number } }) => ({ y: [inputs.net.a] }), {
      name: 'f',
    });
    const a = tf.scalar(1);
    expect(() => captured({ net: { a, step: 3 } })).toThrow(/inputs of f .*net\.step is the number 3/);
    const counted = capture(({ a }: { a: Tensor }) => ({ y: { a, step: 4 } }), { name: 'g' });
    expect(() => counted({ a })).toThrow(/result of g .*y\.step is the number 4/);
    a.dispose();
  });
});

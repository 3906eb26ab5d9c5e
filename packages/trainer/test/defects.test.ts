/** The release's training defects, one at a time: each has the effect that it is known for, and none without its switch. */
import { type NamedTensors, startEngine, type Tensor4D, tf } from '@fsg/engine';
import { entriesOf, initialise, type NetworkName, sizeOf } from '@fsg/models';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { watchLevels } from '../src/health.ts';
import { discriminatorPass, generatorPass } from '../src/passes.ts';
import { type Stage2Recipe, TrainRecipe } from '../src/recipe.ts';
import { batchAt, size, smallStage2, stepOnce } from './support.ts';

const FULL = { dim: 256, zDim: 512 };
const NONE = { l1: 0, hole: 0, identity: 0, adversarial: 1, tv: 0 };
const noRecogniser = { embed: () => tf.zeros<tf.Rank.R2>([1, 1]) };

beforeAll(async () => {
  await startEngine();
  tf.engine().startScope();
});
afterAll(() => tf.engine().endScope());

const networks = (model: typeof size) => {
  const fresh = (name: NetworkName): NamedTensors => initialise(entriesOf(name, model), 3);
  return { generator: fresh('generator'), discriminator: fresh('discriminator') };
};
const isZero = (tensor: tf.Tensor | undefined): boolean =>
  tf.tidy(() => tf.all(tf.equal(tensor as tf.Tensor, 0)).dataSync()[0] === 1);

describe('A, detachedAdversarial', () => {
  const gradients = (detachedAdversarial: boolean): NamedTensors => {
    const { generator, discriminator } = networks(size);
    const inputs = { ...batchAt(0), structure: batchAt(1).clean };
    return generatorPass(generator, discriminator, inputs, noRecogniser, size, NONE, { detachedAdversarial })
      .gradients;
  };

  it('no gradient of the discriminator reaches the generator, exactly', () => {
    expect(Object.values(gradients(true)).every(isZero)).toBe(true);
    expect(Object.values(gradients(false)).every(isZero)).toBe(false);
  });
});

describe('B, selfTargets', () => {
  const pass = (selfTargets: boolean, model = size) => {
    const { discriminator } = networks(model);
    const [clean, restored] = [batchAt(0).clean, batchAt(1).clean];
    return discriminatorPass(discriminator, clean, restored, model, { selfTargets });
  };

  it('exactly 1,057,604 parameters of the full size get no gradient: those of the two larger levels', () => {
    const { gradients } = pass(true, FULL);
    const dead = entriesOf('discriminator', FULL)
      .filter(({ kind, name }) => kind === 'parameter' && name.split('.')[1] !== '0')
      .filter(({ name }) => isZero(gradients[name]));
    expect(dead.reduce((sum, { shape }) => sum + sizeOf(shape), 0)).toBe(1_057_604);
    expect(isZero(gradients['encoder_blocks.0.0.layers.0.weight_orig'])).toBe(false);
    expect(isZero(pass(false).gradients['encoder_blocks.2.0.layers.0.weight_orig'])).toBe(false);
  });

  it('a step logs which level has no gradient', () => {
    const norms = (selfTargets: boolean): Record<string, number> => {
      const { stage } = smallStage2(1, { defects: { selfTargets } });
      const { metrics } = stepOnce(stage, stage.start(), batchAt(0));
      const level = (name: string): number =>
        metrics[`gradient/discriminator/${name}`]?.dataSync()[0] as number;
      return { small: level('small'), medium: level('medium'), large: level('large') };
    };
    expect(norms(true)).toEqual({ small: expect.any(Number), medium: 0, large: 0 });
    expect(Object.values(norms(false)).every((norm) => norm > 0)).toBe(true);
  });

  it('the small level’s loss is scaled by e^s / (e^s + 2)', () => {
    const { metrics } = pass(true).aside;
    const value = (name: string): number => metrics[name]?.dataSync()[0] as number;
    const scaled = (name: string): number => {
      const s = value(name);
      return (s * Math.exp(s)) / (Math.exp(s) + 2);
    };
    expect(value('discriminator/real/medium')).toBe(0);
    expect(value('discriminator/fake/large')).toBe(0);
    const expected = (scaled('discriminator/real/small') + scaled('discriminator/fake/small')) / 2;
    expect(value('discriminator')).toBeCloseTo(expected, 5);
  });
});

describe('E, structureDraw sample', () => {
  it('draws another structure every step, the same for the same step; the mean draws nothing', () => {
    const { stage } = smallStage2(1, { draw: 'sample' });
    const noise = (step: number): Float32Array => stage.noise(step, 2).latent?.dataSync() as Float32Array;
    expect(noise(0)).toEqual(noise(0));
    expect(noise(0)).not.toEqual(noise(1));
    expect(smallStage2().stage.noise(0, 2)).toEqual({});
    const occluded = batchAt(0).occluded;
    const structure = (draw: 'mean' | 'sample'): Float32Array => {
      const { stage } = smallStage2(1, { draw });
      const { networks } = stage.start();
      return (stage.restore(networks, occluded).structure as Tensor4D).dataSync() as Float32Array;
    };
    expect(structure('sample')).not.toEqual(structure('mean'));
  });
});

describe('mode', () => {
  const recipe = (over: object): Stage2Recipe =>
    TrainRecipe.parse({
      stage: 'stage2',
      structure: 'x',
      data: {},
      batch: 8,
      epochs: 1,
      ...over,
    }) as Stage2Recipe;
  const all = (value: boolean) => ({
    detachedAdversarial: value,
    selfTargets: value,
    signedIdentity: value,
    orderedFifth: value,
    testSelection: value,
  });

  it('fixed has no defect, official all, and single ones are switched over either', () => {
    expect(recipe({})).toMatchObject({ mode: 'fixed', defects: all(false), structureDraw: 'mean' });
    expect(recipe({ mode: 'official' })).toMatchObject({ defects: all(true), structureDraw: 'sample' });
    expect(recipe({ defects: { selfTargets: true } }).defects).toEqual({ ...all(false), selfTargets: true });
    expect(recipe({ mode: 'official', structureDraw: 'mean' })).toMatchObject({ structureDraw: 'mean' });
  });

  it('a recipe as frozen reads back as it is', () => {
    const frozen = recipe({ mode: 'official', defects: { orderedFifth: false } });
    expect(TrainRecipe.parse(frozen)).toEqual(frozen);
  });
});

describe('the watch over the levels', () => {
  const told: string[] = [];
  const watch = watchLevels((step, message) => told.push(`${step}: ${message}`));
  const at = (step: number, small: number, large: number): void =>
    watch(step, {
      'train/gradient/discriminator/small': small,
      'train/gradient/discriminator/large': large,
      'train/loss': 0,
    });

  it('names a level that has been dead for forty steps, once, and none that lives', () => {
    for (let step = 20; step <= 40; step += 20) at(step, 0, step === 40 ? 1 : 0);
    expect(told).toEqual([]);
    for (let step = 60; step <= 80; step += 20) at(step, 0, 0);
    expect(told).toEqual(["60: the discriminator's small level has had no gradient since step 20"]);
    at(100, 0, 0);
    expect(told[1]).toBe("100: the discriminator's large level has had no gradient since step 60");
  });
});

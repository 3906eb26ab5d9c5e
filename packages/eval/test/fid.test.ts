/** The Fréchet distance beside pytorch-fid and exact values: golden/make_fid_golden.py. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Rgb } from '@fsg/data';
import { startEngine, type Tensor1D, tf } from '@fsg/engine';
import { testedBackends } from '@fsg/engine/testing';
import { openInception, perceptualEntries, writeSafetensors } from '@fsg/models';
import { syntheticPicture, syntheticWeights } from '@fsg/models/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { FeatureStatistics, featuresBy, frechetDistanceTo, perceptualDistanceBy } from '../src/index.ts';
import { algebra, byLibrary } from '../src/metrics/algebra.ts';
import golden from './golden/fid.json' with { type: 'json' };
import { fidFeatures, statisticsOf } from './golden.ts';

const furthest = (a: Float64Array, b: Float64Array): number =>
  a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] as number))), 0);

describe.each(testedBackends())(`on %s, beside ${golden.origin}`, (backend) => {
  beforeAll(async () => {
    await startEngine({ backend });
  });

  it.each(golden.cases)(
    '$name: $dimensions features, $counts pictures',
    ({ dimensions, counts, sqrtm, exact }) => {
      const [a, b] = counts.map((count, i) =>
        statisticsOf(fidFeatures([1, 5][i] as number, count, dimensions), 7),
      );
      const { value, warning } = frechetDistanceTo(b as FeatureStatistics)(a as FeatureStatistics);
      expect(Math.abs(value / exact - 1)).toBeLessThan(1e-7);
      // SciPy itself is 1.1e-6 off where few pictures of 2,048 features leave the product singular.
      expect(Math.abs(value / sqrtm - 1)).toBeLessThan(2e-6);
      expect(warning === null).toBe(Math.min(...counts) >= dimensions);
    },
  );
});

it('by the library is the same as by TensorFlow', async () => {
  await startEngine();
  const [a, b] = [statisticsOf(fidFeatures(1, 90, 40)), statisticsOf(fidFeatures(5, 80, 40))];
  const value = frechetDistanceTo(b, byLibrary)(a).value;
  expect(frechetDistanceTo(b, algebra())(a).value / value).toBeCloseTo(1, 10);
  expect(frechetDistanceTo(a, byLibrary)(b).value / value).toBeCloseTo(1, 10);
  expect(frechetDistanceTo(a, byLibrary)(a).value).toBeLessThan(1e-9);
});

describe('statistics', () => {
  const [dimensions, count] = [20, 75];
  const vectors = fidFeatures(3, count, dimensions);
  const whole = statisticsOf(vectors);

  it('are the mean and the unbiased covariance, by the definition', () => {
    const mean = Float64Array.from({ length: dimensions }, (_, i) =>
      vectors.reduce((sum, vector) => sum + (vector[i] as number) / count, 0),
    );
    const covariance = Float64Array.from({ length: dimensions ** 2 }, (_, at) => {
      const [i, j] = [Math.floor(at / dimensions), at % dimensions];
      const centred = (vector: Float32Array, k: number): number =>
        (vector[k] as number) - (mean[k] as number);
      return vectors.reduce((sum, vector) => sum + centred(vector, i) * centred(vector, j), 0) / (count - 1);
    });
    expect(whole.vectors()).toBeNull();
    for (const statistics of [whole, statisticsOf(vectors, 1), statisticsOf(vectors, 13)]) {
      expect(statistics.count).toBe(count);
      expect(furthest(statistics.mean(), mean)).toBeLessThan(1e-13);
      expect(furthest(statistics.covariance(), covariance)).toBeLessThan(1e-13);
    }
    const few = statisticsOf(vectors.slice(0, dimensions), 3);
    expect(few.vectors()).toEqual(vectors.slice(0, dimensions));
  });

  it.each([
    [5, 9],
    [5, 70],
    [70, 5],
    [40, 35],
  ])('of %i and of %i pictures merge to those of all', (first, second) => {
    const a = statisticsOf(vectors.slice(0, first), 4);
    const b = statisticsOf(vectors.slice(first, first + second), 4);
    const all = statisticsOf(vectors.slice(0, first + second));
    a.merge(b);
    expect([a.count, b.count]).toEqual([first + second, second]);
    expect(furthest(a.mean(), all.mean())).toBeLessThan(1e-13);
    expect(furthest(a.covariance(), all.covariance())).toBeLessThan(1e-13);
  });

  it.each([0, 1, 12, 20, 21, 60])('written after %i pictures and read again go on to the bit', (at) => {
    const straight = new FeatureStatistics(dimensions);
    straight.add(vectors.slice(0, at));
    const resumed = FeatureStatistics.read(straight.write(), 'statistics');
    straight.add(vectors.slice(at));
    resumed.add(vectors.slice(at));
    expect(resumed.write()).toEqual(straight.write());
    expect(resumed.covariance()).toEqual(straight.covariance());
  });

  it('of another length, not finite, too few or damaged are refused', () => {
    const statistics = new FeatureStatistics(2);
    expect(() => statistics.add([Float32Array.of(1)])).toThrow('a feature of 1 values where 2 were expected');
    expect(() => statistics.add([Float32Array.of(1, Number.NaN)])).toThrow('a feature holds NaN');
    expect(() => statistics.merge(whole)).toThrow('features of 20 values where 2 were expected');
    statistics.add([Float32Array.of(1, 2)]);
    expect(() => frechetDistanceTo(statistics)).toThrow('at least 2 pictures in each set, not 1');
    expect(() => frechetDistanceTo(whole)(statistics)).toThrow('features of 2 values where 20');
    expect(() => FeatureStatistics.read(whole.write().slice(0, -8), 'x.safetensors')).toThrow(
      'x.safetensors',
    );
    const other = writeSafetensors({ mean: { dtype: 'F32', shape: [2], data: new Float32Array(2) } });
    expect(() => FeatureStatistics.read(other, 'x')).toThrow(
      /x: no statistics of features.*found mean F32 \[2\]/,
    );
  });

  it('say of how many pictures a distance is, and warn of few', () => {
    const few = statisticsOf(fidFeatures(1, 4, dimensions));
    const found = frechetDistanceTo(whole, byLibrary)(few);
    expect(found).toMatchObject({ count: 4, reference: 75 });
    expect(found.warning).toMatch(/^4 pictures are fewer than the 20 features/);
  });
});

describe('by networks', () => {
  it('pictures go in as the networks want them', async () => {
    await startEngine({ backend: 'cpu' });
    const one = (...data: number[]): Rgb => ({ width: 1, height: 1, data: Uint8Array.from(data) });
    const { distance, name } = perceptualDistanceBy({
      name: 'difference',
      distance: (a, b) => tf.sum(tf.sub(b, a), [1, 2, 3]) as Tensor1D,
    });
    expect(name).toBe('difference');
    const before = tf.memory().numTensors;
    expect(await distance([one(0, 0, 0), one(0, 255, 51)], [one(255, 255, 255), one(0, 0, 0)])).toEqual(
      Float32Array.of(6, Math.fround(-2.4)),
    );
    expect(tf.memory().numTensors).toBe(before);
    await expect(async () => distance([one(0, 0, 0)], [])).rejects.toThrow('1 pictures beside 0');
  });

  it(`two sets of pictures by Inception on synthetic weights, beside ${golden.origin}`, async () => {
    await startEngine();
    const folder = mkdtempSync(join(tmpdir(), 'fsg-fid-'));
    const path = join(folder, 'inception.safetensors');
    writeFileSync(path, writeSafetensors(syntheticWeights(perceptualEntries('inception-fid'))));
    const inception = await openInception(path);
    rmSync(folder, { recursive: true });
    const extractor = featuresBy(inception);
    const { size, first, second, sqrtm, exact } = golden.pictures;
    const described = async ([from, to]: number[], dark: number): Promise<FeatureStatistics> => {
      const seeds = Array.from({ length: (to as number) - (from as number) }, (_, i) => (from as number) + i);
      const pictures = seeds.map((seed) => {
        const picture = syntheticPicture(seed, size[0] as number, size[1] as number);
        return { ...picture, data: picture.data.map((value) => value >> dark) };
      });
      return statisticsOf([...(await extractor.features(pictures))], 3);
    };
    const { value } = frechetDistanceTo(await described(second, 1))(await described(first, 0));
    inception.dispose();
    expect(Math.abs(value / exact - 1)).toBeLessThan(1e-5);
    expect(Math.abs(value / sqrtm - 1)).toBeLessThan(1e-5);
  });
});

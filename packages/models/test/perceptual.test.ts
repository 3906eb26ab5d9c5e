/** LPIPS and Inception against the lpips package and pytorch-fid in float64, on synthetic weights: perceptual/make_golden.py. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEngine, type Tensor4D, tf } from '@fsg/engine';
import { testedBackends } from '@fsg/engine/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  BACKBONES,
  float32,
  identifyWeights,
  openInception,
  openLpips,
  PERCEPTUAL_FILES,
  type PerceptualFile,
  parseWeights,
  perceptualEntries,
  readSafetensors,
  type StoredTensors,
  toFloat32,
  writeSafetensors,
} from '../src/index.ts';
import { syntheticPicture, syntheticWeights } from '../src/testing.ts';
import golden from './perceptual/golden.json' with { type: 'json' };

const here = (file: string): string => new URL(`perceptual/${file}`, import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'fsg-perceptual-'));
const fileOf = (name: string): string => join(folder, `${name}.safetensors`);
const LINEAR = { alex: here('alex.pth'), vgg: here('vgg.pth') };
const BACKBONE = { alex: fileOf('alexnet'), vgg: fileOf('vgg16') };
type Size = readonly [width: number, height: number];

function write(name: string, tensors: StoredTensors): string {
  writeFileSync(fileOf(name), writeSafetensors(tensors));
  return fileOf(name);
}

const pictures = (seeds: readonly number[], [width, height]: Size): Tensor4D =>
  tf.tidy(() =>
    tf.stack(
      seeds.map((seed) => {
        const { data } = syntheticPicture(seed, width, height);
        return tf.sub(tf.div(tf.tensor3d(Float32Array.from(data), [height, width, 3]), 127.5), 1);
      }),
    ),
  ) as Tensor4D;

beforeAll(() => {
  for (const name of ['alexnet', 'vgg16', 'inception-fid'] as const) {
    write(name, syntheticWeights(perceptualEntries(name)));
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

describe.each(testedBackends())(`on %s, beside ${golden.origin}`, (backend) => {
  let before: number;
  beforeAll(async () => {
    await startEngine({ backend });
    before = tf.memory().numTensors;
  });
  afterEach(() => expect(tf.memory().numTensors, 'tensors left').toBe(before));

  it.each(BACKBONES)('LPIPS by %s: distances to 1e-5, 0 for equal pictures', async (net) => {
    const lpips = await openLpips({ backbone: BACKBONE[net], linear: LINEAR[net] });
    const same = tf.tidy(() => {
      const picture = pictures([1], [64, 64]);
      return lpips.distance(picture, picture).dataSync()[0];
    });
    expect(same).toBe(0);
    for (const [at, size] of golden.sizes.entries()) {
      const found = tf.tidy(() => {
        const [a, b] = [pictures([1, 2], size as never), pictures([3, 4], size as never)];
        const near = tf.add(tf.mul(a, 0.9), tf.mul(b, 0.1));
        const second = tf.concat([tf.slice(b, 0, 1), tf.slice(near, 1, 1)]) as Tensor4D;
        return [...lpips.distance(a, second).dataSync()];
      });
      const errors = golden.lpips[net][at]?.map((exact, n) => Math.abs((found[n] as number) / exact - 1));
      expect(Math.max(...(errors as number[])), `${size}`).toBeLessThan(1e-5);
    }
    lpips.dispose();
  });

  it('Inception: features to 1e-4 of their scale', async () => {
    const network = await openInception(fileOf('inception-fid'));
    const stored = readSafetensors(readFileSync(here('features.safetensors')), 'features');
    const sizes = backend === 'tensorflow' ? golden.featureSizes : golden.featureSizes.slice(0, 1);
    for (const size of sizes) {
      const exact = toFloat32(stored[`${size[0]}x${size[1]}`] as never);
      const found = tf.tidy(() => network.features(pictures([5], size as never)).dataSync());
      const scale = exact.reduce((most, value) => Math.max(most, value), 0);
      const error = exact.reduce(
        (most, value, i) => Math.max(most, Math.abs(value - (found[i] as number))),
        0,
      );
      expect(error / scale, `${size}`).toBeLessThan(1e-4);
    }
    network.dispose();
  });
});

describe('weight files', () => {
  beforeAll(async () => {
    await startEngine({ backend: 'cpu' });
  });

  /** Names and shapes that such a file has, the classifiers' too. */
  const outline = (file: PerceptualFile): StoredTensors =>
    Object.fromEntries(
      Object.entries(golden.shapes[file]).map(([name, shape]) => [name, float32(shape, new Float32Array())]),
    );

  it.each(PERCEPTUAL_FILES)('%s is known by the tensors that its makers’ network has', (file) => {
    expect(identifyWeights(outline(file))).toMatchObject({
      network: file,
      comparison: { missing: [], extra: [], misshaped: [] },
    });
  });

  it.each([
    ['alex.pth', 'lpips-alex', 'torch zip'],
    ['vgg.pth', 'lpips-vgg', 'torch legacy'],
  ] as const)('%s as torch.save wrote it is %s, value by value', async (file, network, format) => {
    const read = await parseWeights(readFileSync(here(file)), file);
    expect(read.format).toBe(format);
    expect(read.tensors).toEqual(syntheticWeights(perceptualEntries(network)));
  });

  it('of another network are refused by what they are and what was expected', async () => {
    const mixed = openLpips({ backbone: BACKBONE.alex, linear: LINEAR.vgg });
    await expect(mixed).rejects.toThrow(/vgg\.pth holds lpips-vgg; expected lpips-alex \(alex\.pth of the/);
    const swapped = openLpips({ backbone: LINEAR.alex, linear: LINEAR.alex });
    await expect(swapped).rejects.toThrow(
      /alex\.pth holds lpips-alex; expected alexnet \(torchvision’s alexnet-owt-7be5be79\.pth\) or vgg16/,
    );
    await expect(openInception(BACKBONE.vgg)).rejects.toThrow(/holds vgg16; expected inception-fid/);
    const near = write('near', {
      ...syntheticWeights(perceptualEntries('lpips-vgg')),
      stray: float32([1], new Float32Array(1)),
    });
    await expect(openInception(near)).rejects.toThrow(/holds something like lpips-vgg; expected inception/);
    await expect(openInception(write('strange', { a: float32([1], new Float32Array(1)) }))).rejects.toThrow(
      /holds no network known here/,
    );
  });

  it('torchvision’s own Inception is refused, a missing tensor named', async () => {
    const { 'fc.weight': _, 'fc.bias': __, ...rest } = syntheticWeights(perceptualEntries('inception-fid'));
    const aux = float32([1000, 2048], new Float32Array(2048e3));
    const own = write('torchvision', { ...rest, 'fc.weight': aux, 'AuxLogits.fc.weight': aux });
    await expect(openInception(own)).rejects.toThrow(
      /is like inception-fid, but fc\.bias is missing; AuxLogits\.fc\.weight is not a tensor.*; fc\.weight has shape \[1000,2048\], expected \[1008,2048\]; expected pytorch-fid’s/,
    );
  });

  it('whose name carries a SHA-256 must have it; a date is none', async () => {
    const linear = LINEAR.alex;
    const content = readFileSync(BACKBONE.alex);
    const named = (name: string): string => {
      writeFileSync(join(folder, name), content);
      return join(folder, name);
    };
    const { sha256 } = await parseWeights(content, 'alexnet');
    const wrong = openLpips({ backbone: named('alexnet-owt-7be5be79.pth'), linear });
    await expect(wrong).rejects.toThrow(`SHA-256 begins with 7be5be79, but it is ${sha256}`);
    for (const right of [`alexnet-${sha256.slice(0, 8)}.pth`, 'alexnet-20240101.pth']) {
      const lpips = await openLpips({ backbone: named(right), linear });
      expect(lpips.hashes.backbone).toBe(sha256);
      lpips.dispose();
    }
  });

  it('pictures too small for the network are refused', async () => {
    const lpips = await openLpips({ backbone: BACKBONE.alex, linear: LINEAR.alex });
    const least = pictures([1], [31, 31]);
    const less = pictures([1], [40, 30]);
    expect(lpips.distance(least, least).dataSync()[0]).toBe(0);
    expect(() => lpips.distance(less, less)).toThrow('at least 31 x 31 pixels, not 40 x 30');
    lpips.dispose();
    tf.dispose([least, less]);
  });
});

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import {
  availableBackends,
  capture,
  cut,
  gridOf,
  startEngine,
  type Tensor,
  type Tensor2D,
  type Tensor4D,
  tf,
} from '@fsg/engine';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRecogniser, RECOGNISERS, type Recogniser } from '../src/index.ts';
import { dlibDescriptors, loadDlibWeights } from '../src/recognisers/dlib-resnet.ts';
import { FACE_API, type Framed, framedFaces, tensorsOf } from './photographs.ts';

const require = createRequire(import.meta.url);
const [fastest] = availableBackends();
const trainable = availableBackends().filter((backend) => backend !== 'cpu');
let people: Framed[];

beforeAll(async () => {
  people = await framedFaces(12);
});

const rows = (features: Tensor2D): number[][] => features.arraySync() as number[][];
const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, x, i) => sum + x * (b[i] as number), 0);
const held = (): number[] => [tf.memory().numTensors, tf.memory().numDataBuffers];

/** Features of some people, as arrays. */
const embedded = (recogniser: Recogniser, faces: readonly Framed[]): number[][] =>
  tf.tidy(() => {
    const { images, landmarks } = tensorsOf(faces);
    return rows(recogniser.embed(images, landmarks));
  });

describe.each(RECOGNISERS)('%s', (name) => {
  let recogniser: Recogniser;

  beforeAll(async () => {
    await startEngine({ backend: fastest });
    recogniser = await openRecogniser(name);
  });
  afterAll(() => recogniser.dispose());

  it.each([1, 3])('gives unit features, whatever the batch (%i)', (batch) => {
    const features = embedded(recogniser, people.slice(0, batch));
    expect(features.map(({ length }) => length)).toEqual(Array(batch).fill(recogniser.dimensions));
    for (const row of features) expect(dot(row, row)).toBeCloseTo(1, 5);
    const alone = embedded(recogniser, people.slice(batch - 1, batch))[0] as number[];
    expect(dot(alone, features[batch - 1] as number[])).toBeCloseTo(1, 5);
  });

  it('knows a person again, mirrored and in other light, among twelve', () => {
    const features = embedded(recogniser, people);
    const again = embedded(recogniser, people.map(inOtherLight));
    again.forEach((row, i) => {
      const similarities = features.map((other) => dot(row, other));
      expect(similarities.indexOf(Math.max(...similarities))).toBe(i);
    });
  });

  it('takes shift, scale and roll out of a picture', () => {
    const [face] = people as [Framed];
    const turned = embedded(recogniser, [quarterTurn(face)]);
    const [upright] = embedded(recogniser, [face]) as [number[]];
    expect(dot(upright, turned[0] as number[])).toBeGreaterThan(0.999);
  });

  it('can be captured, with landmarks that change from call to call', () => {
    const { embed, frozen } = recogniser;
    const captured = capture((inputs: Inputs) => ({ features: embed(inputs.images, inputs.landmarks) }), {
      name,
      frozen,
    });
    for (const start of [0, 2, 4]) {
      tf.tidy(() => {
        const inputs = tensorsOf(people.slice(start, start + 2));
        const difference = tf.sub(captured(inputs).features, embed(inputs.images, inputs.landmarks));
        expect(tf.max(tf.abs(difference)).dataSync()[0]).toBeLessThan(1e-6);
      });
    }
    captured.dispose();
  });

  it('leaves no tensor behind', async () => {
    const before = held();
    const another = await openRecogniser(name);
    embedded(another, people.slice(0, 2));
    another.dispose();
    expect(held()).toEqual(before);
  });

  it.each(availableBackends())('finds the same on %s', async (backend) => {
    const expected = embedded(recogniser, people.slice(0, 1))[0] as number[];
    await startEngine({ backend });
    const other = await openRecogniser(name);
    const found = embedded(other, people.slice(0, 1))[0] as number[];
    other.dispose();
    await startEngine({ backend: fastest });
    expect(Math.max(...found.map((x, i) => Math.abs(x - (expected[i] as number))))).toBeLessThan(1e-5);
  });
});

describe('dlib-resnet', () => {
  it.each(trainable)('equals face-api’s own descriptors, %s', async (backend) => {
    await startEngine({ backend });
    const api = require(join(FACE_API, 'dist/face-api.node-wasm.js')) as FaceApi;
    await api.nets.faceRecognitionNet.loadFromDisk(join(FACE_API, 'model'));
    const { weights } = loadDlibWeights();
    const { images, landmarks } = tensorsOf(people.slice(0, 3));
    const chips = tf.tidy(
      () => tf.round(tf.mul(tf.add(tf.image.resizeBilinear(images, [150, 150]), 1), 127.5)) as Tensor4D,
    );
    const ours = tf.tidy(() => {
      const identity = tf.tile(tf.tensor2d([[1, 0, 0, 0]]), [3, 1]) as Tensor2D;
      return rows(dlibDescriptors(cut(tf.sub(tf.div(chips, 127.5), 1), identity, gridOf(150, 2)), weights));
    });
    for (const [i, chip] of tf.unstack(chips).entries()) {
      const theirs = await api.nets.faceRecognitionNet.computeFaceDescriptor(chip);
      const differences = [...theirs].map((x, k) => Math.abs(x - (ours[i]?.[k] as number)));
      expect(Math.max(...differences)).toBeLessThan(1e-5);
      chip.dispose();
    }
    tf.dispose({ ...weights, images, landmarks, chips });
    api.nets.faceRecognitionNet.dispose();
  });

  it.each(trainable)('has the gradient that finite differences show, %s', async (backend) => {
    await startEngine({ backend });
    const recogniser = await openRecogniser('dlib-resnet');
    const { images, landmarks } = tensorsOf(people.slice(0, 2));
    const before = held();
    const target = wave([2, 128], 5);
    const f = (x: Tensor): Tensor => tf.sum(tf.mul(recogniser.embed(x as Tensor4D, landmarks), target));
    const gradient = tf.grad(f)(images);
    // Along the gradient's own share in each third of the pictures, where the slope is as steep as it can be.
    for (const third of [0, 1, 2]) {
      const { numeric, analytic } = tf.tidy(() => {
        const rows = tf.cast(tf.equal(tf.floorDiv(tf.range(0, 128), 43), third), 'float32');
        const share = tf.mul(gradient, tf.reshape(rows, [1, 128, 1, 1]));
        const direction = tf.div(share, tf.norm(share));
        const step = 0.01;
        const at = (sign: number): number =>
          f(tf.add(images, tf.mul(direction, sign * step))).dataSync()[0] as number;
        return {
          numeric: (at(1) - at(-1)) / (2 * step),
          analytic: tf.sum(tf.mul(gradient, direction)).dataSync()[0] as number,
        };
      });
      expect(Math.abs(numeric / analytic - 1)).toBeLessThan(0.02);
    }
    gradient.dispose();
    target.dispose();
    expect(held()).toEqual(before);
    recogniser.dispose();
    tf.dispose([images, landmarks]);
    await startEngine({ backend: fastest });
  });
});

describe('opening', () => {
  it.each([
    ['dlib-resnet', '@vladmandic/face-api', 'model/face_recognition_model.bin'],
    ['faceres', '@vladmandic/human', 'models/faceres.bin'],
  ])('%s carries the hash of its weight file', async (name, packageName, path) => {
    const file = join(require.resolve(packageName), '../..', path);
    const recogniser = await openRecogniser(name);
    expect(recogniser.hash).toBe(createHash('sha256').update(readFileSync(file)).digest('hex'));
    expect(recogniser.name).toBe(name);
    recogniser.dispose();
  });

  it('answers an unknown name with the valid ones', async () => {
    await expect(openRecogniser('facenet')).rejects.toMatchObject({
      name: 'UserError',
      message: expect.stringMatching(/"facenet".*faceres or dlib-resnet/),
      exitCode: 2,
    });
  });
});

type Inputs = ReturnType<typeof tensorsOf>;

interface FaceApi {
  readonly nets: {
    readonly faceRecognitionNet: {
      loadFromDisk(folder: string): Promise<void>;
      computeFaceDescriptor(chip: Tensor): Promise<Float32Array>;
      dispose(): void;
    };
  };
}

const wave = (shape: number[], salt: number): Tensor =>
  tf.tensor(
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) =>
      Math.sin(12.9898 * i + 78.233 * salt),
    ),
    shape,
  );

/** Mirrored, darker and warmer. The landmarks change sides: MIRROR has each point's partner. */
function inOtherLight({ pixels, landmarks }: Framed): Framed {
  const gains = [0.85, 0.75, 0.65];
  return {
    pixels: pixels.map((_, i) => {
      const [channel, x, row] = [i % 3, Math.floor(i / 3) % 128, Math.floor(i / 384)];
      return (pixels[(row * 128 + 127 - x) * 3 + channel] as number) * (gains[channel] as number);
    }),
    landmarks: landmarks.map((_, i) => {
      const value = landmarks[2 * (MIRROR[i >> 1] as number) + (i % 2)] as number;
      return i % 2 === 0 ? 127 - value : value;
    }),
  };
}

/** Rotated by 90 degrees: pixel (x, y) comes to (127 − y, x). */
function quarterTurn({ pixels, landmarks }: Framed): Framed {
  const turned = new Uint8Array(pixels.length);
  for (let i = 0; i < pixels.length; i++) {
    const [channel, x, y] = [i % 3, Math.floor(i / 3) % 128, Math.floor(i / 384)];
    turned[(x * 128 + 127 - y) * 3 + channel] = pixels[i] as number;
  }
  return {
    pixels: turned,
    landmarks: landmarks.map((value, i) =>
      i % 2 === 0 ? 127 - (landmarks[i + 1] as number) : (landmarks[i - 1] ?? value),
    ),
  };
}

/** The 68 landmarks' partners on the other side of the face. */
const MIRROR: readonly number[] = [
  ...[16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0],
  ...[26, 25, 24, 23, 22, 21, 20, 19, 18, 17],
  ...[27, 28, 29, 30, 35, 34, 33, 32, 31],
  ...[45, 44, 43, 42, 47, 46, 39, 38, 37, 36, 41, 40],
  ...[54, 53, 52, 51, 50, 49, 48, 59, 58, 57, 56, 55, 64, 63, 62, 61, 60, 67, 66, 65],
];

/**
 * dlib's face recognition network (29 convolutions, 128 features), quantised to 8 bits and packaged by face-api.
 * Source: davisking/dlib-models, dlib_face_recognition_resnet_model_v1; layers as in face-api's FaceRecognitionNet.
 */
import {
  addPrelu,
  biasLeakyRelu,
  conv2d,
  cut,
  gridOf,
  maxPool,
  type NamedTensors,
  ownBuffer,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor4D,
  tf,
} from '@fsg/engine';
import { readPackaged } from '@fsg/engine/packaged';
import { sha256 } from '../sha256.ts';
import { type Anchor, LEFT_EYE, MOUTH_LEFT, MOUTH_RIGHT, RIGHT_EYE, similarityMatrix } from './align.ts';
import { type Recogniser, unitRows } from './recogniser.ts';

const PACKAGE = '@vladmandic/face-api';
const MODEL = 'model/face_recognition_model';
const FIRST = 'conv32_down';
/** Pixels across a chip, as dlib calls an aligned face. */
const CHIP = 150;
/** Means of 8-bit R, G, B that dlib takes off before it divides by 255 (dlib divides by 256). */
const MEAN_RGB = [122.782, 117.001, 104.298] as const;

/** Where dlib's chip with a padding of 0.25 has the eyes' centres and the corners of the mouth (its mean face shape). */
const TEMPLATE: readonly Anchor[] = [
  { landmarks: LEFT_EYE, x: 47.5, y: 46.6 },
  { landmarks: RIGHT_EYE, x: 100.5, y: 46.6 },
  { landmarks: MOUTH_LEFT, x: 50.4, y: 103.0 },
  { landmarks: MOUTH_RIGHT, x: 97.6, y: 103.0 },
];

interface Layer {
  readonly filter: Tensor4D;
  readonly bias: Tensor1D;
}

/**
 * Opens the packaged network. Alignment: a similarity (shift, scale, roll) carries eyes and mouth onto dlib's chip; what the
 * picture does not show is filled with its border. Preprocessing: 8-bit RGB less dlib's means. Throws a UserError where the
 * package is not installed.
 */
export function openDlibResnet(): Recogniser {
  const { weights, hash } = loadDlibWeights();
  const grid = gridOf(CHIP, 2);
  const matrix = tf.tensor2d(similarityMatrix(TEMPLATE), [136, 4]);
  const frozen = { ...weights, 'chip/u': grid.u, 'chip/v': grid.v, 'chip/similarity': matrix };
  return {
    name: 'dlib-resnet',
    dimensions: 128,
    hash,
    frozen,
    embed: (images, landmarks) =>
      tf.tidy(() => unitRows(dlibDescriptors(cut(images, tf.matMul(landmarks, matrix), grid), weights))),
    dispose: () => tf.dispose(frozen),
  };
}

/** The packaged weights, each layer's `name/filter` and `name/bias`, and `fc`; the file's SHA-256. */
export function loadDlibWeights(): { weights: NamedTensors; hash: string } {
  const packaged = (path: string): Buffer =>
    readPackaged({ packageName: PACKAGE, path, from: import.meta.url });
  const bytes = packaged(`${MODEL}.bin`);
  const manifest = packaged(`${MODEL}-weights_manifest.json`);
  const stored = tf.io.decodeWeights(ownBuffer(bytes), JSON.parse(manifest.toString())[0].weights);
  const weights = tf.tidy(() => {
    const folded: NamedTensors = { fc: tf.clone(stored.fc as Tensor) };
    for (const key of Object.keys(stored)) {
      const name = key.match(/^(.*)\/conv\/filters$/)?.[1];
      if (!name) continue;
      const { filter, bias } =
        name === FIRST ? inBlocks(foldInput(foldScale(stored, name))) : foldScale(stored, name);
      folded[`${name}/filter`] = filter;
      folded[`${name}/bias`] = bias;
    }
    return folded;
  });
  tf.dispose(stored);
  return { weights, hash: sha256(bytes) };
}

/** The layer y·factor + offset that follows each convolution, put into it. */
function foldScale(stored: tf.NamedTensorMap, name: string): Layer {
  const part = (key: string): Tensor => stored[`${name}/${key}`] as Tensor;
  const factor = part('scale/weights');
  return {
    filter: tf.mul(part('conv/filters'), factor),
    bias: tf.add(tf.mul(part('conv/bias'), factor), part('scale/biases')),
  };
}

/** Takes [-1, 1] instead of (8 bits − mean) / 255; exact because the first convolution does not pad. */
function foldInput({ filter, bias }: Layer): Layer {
  const shift = tf.tensor4d(
    MEAN_RGB.map((mean) => (127.5 - mean) / 255),
    [1, 1, 3, 1],
  );
  return { filter: tf.mul(filter, 0.5), bias: tf.add(bias, tf.sum(tf.mul(filter, shift), [0, 1, 2])) };
}

/** A 7 x 7 filter of stride 2 as a 4 x 4 one of stride 1 over blocks of 2 x 2 pixels, whose gradient is faster. */
function inBlocks({ filter, bias }: Layer): Layer {
  const even = tf.pad4d(filter, [
    [0, 1],
    [0, 1],
    [0, 0],
    [0, 0],
  ]);
  const blocks = tf.transpose(tf.reshape(even, [4, 2, 4, 2, 3, -1]), [0, 2, 1, 3, 4, 5]);
  return { filter: tf.reshape(blocks, [4, 4, 12, -1]), bias };
}

/** Chips [B, 22500, 3] in [-1, 1], 2 x 2 pixels at a time (gridOf(150, 2)) → dlib's descriptors [B, 128], not normalised. */
export function dlibDescriptors(chips: Tensor, weights: NamedTensors): Tensor2D {
  const parts = (name: string): [Tensor4D, Tensor1D] => [
    weights[`${name}/filter`] as Tensor4D,
    weights[`${name}/bias`] as Tensor1D,
  ];
  const conv = (x: Tensor4D, name: string): Tensor4D => {
    const [filter, bias] = parts(name);
    return conv2d(x, filter, { pad: 1 }, bias);
  };
  const convRelu = (x: Tensor4D, name: string, stride: number, pad: number): Tensor4D => {
    const [filter, bias] = parts(name);
    return biasLeakyRelu(conv2d(x, filter, { stride, pad }), bias, 0);
  };
  const addRelu = (x: Tensor4D, y: Tensor4D): Tensor4D => addPrelu(x, y, tf.zeros([1]));
  const residual = (x: Tensor4D, name: string): Tensor4D => {
    return addRelu(x, conv(convRelu(x, `${name}/conv1`, 1, 1), `${name}/conv2`));
  };
  /** [B, H, W, C] → [B, H/2, W/2, C']: zeros make up for the rows, columns and channels that one side lacks. */
  const down = (x: Tensor4D, name: string): Tensor4D => {
    const y = conv(convRelu(x, `${name}/conv1`, 2, 0), `${name}/conv2`);
    const pooled = tf.avgPool(x, 2, 2, 'valid');
    const lacking = (axis: 1 | 2 | 3): number => pooled.shape[axis] - y.shape[axis];
    const grown = tf.pad4d(y, [
      [0, 0],
      [0, lacking(1)],
      [0, lacking(2)],
      [0, 0],
    ]);
    const deepened = tf.pad4d(pooled, [
      [0, 0],
      [0, 0],
      [0, 0],
      [0, -lacking(3)],
    ]);
    return addRelu(grown, deepened);
  };
  const stage = (x: Tensor4D, ...names: string[]): Tensor4D => names.reduce(residual, x);
  const blocks = tf.reshape(chips, [-1, CHIP / 2, CHIP / 2, 12]) as Tensor4D;
  const a = maxPool(convRelu(blocks, FIRST, 1, 0), 3, 2); // 35 x 35 x 32
  const b = down(stage(a, 'conv32_1', 'conv32_2', 'conv32_3'), 'conv64_down'); // 17 x 17 x 64
  const c = down(stage(b, 'conv64_1', 'conv64_2', 'conv64_3'), 'conv128_down'); // 8 x 8 x 128
  const d = down(stage(c, 'conv128_1', 'conv128_2'), 'conv256_down'); // 4 x 4 x 256
  const e = down(stage(d, 'conv256_1', 'conv256_2'), 'conv256_down_out'); // 2 x 2 x 256
  return tf.matMul(tf.mean(e, [1, 2]), weights.fc as Tensor2D);
}

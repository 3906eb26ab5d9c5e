/**
 * Run as a process of its own, since TensorFlow reads its precision when it is loaded: `node measure.mjs ADDONS` prints the
 * GFLOP/s of one core (or of the GPU) at a 3x3 convolution with 64 channels, forward and both gradients, as a training step
 * runs it: the best of a second.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';

const MEASURED_MS = 1_000;
const BATCH = 8;
const SIZE = 64;
const CHANNELS = 64;
const FLOP = 3 * 2 * BATCH * SIZE * SIZE * CHANNELS * CHANNELS * 9;

const require = createRequire(import.meta.url);
const addons = process.argv[2];
const { mute, unmute } = require(join(addons, 'mute.node'));
mute();
const tensorflow = require(join(addons, 'tfjs_binding.node'));
unmute();

const { TF_FLOAT, TF_INT32, TF_ATTR_TYPE, TF_ATTR_INT, TF_ATTR_STRING, TF_ATTR_BOOL } = tensorflow;
const IMAGES = [BATCH, SIZE, SIZE, CHANNELS];
const FILTER = [3, 3, CHANNELS, CHANNELS];

const tensor = (shape) => {
  const length = shape.reduce((a, b) => a * b, 1);
  return tensorflow.createTensor(
    shape,
    TF_FLOAT,
    Float32Array.from({ length }, (_, i) => Math.sin(i)),
  );
};
const shapeTensor = (shape) => tensorflow.createTensor([4], TF_INT32, Int32Array.from(shape));

const attributes = [
  { name: 'T', type: TF_ATTR_TYPE, value: TF_FLOAT },
  { name: 'strides', type: TF_ATTR_INT, value: [1, 1, 1, 1] },
  { name: 'padding', type: TF_ATTR_STRING, value: 'SAME' },
  { name: 'data_format', type: TF_ATTR_STRING, value: 'NHWC' },
  { name: 'dilations', type: TF_ATTR_INT, value: [1, 1, 1, 1] },
  { name: 'use_cudnn_on_gpu', type: TF_ATTR_BOOL, value: true },
];
const [images, filter] = [tensor(IMAGES), tensor(FILTER)];
const [imagesShape, filterShape] = [shapeTensor(IMAGES), shapeTensor(FILTER)];
const operations = [
  ['Conv2D', [images, filter]],
  ['Conv2DBackpropInput', [imagesShape, filter, images]],
  ['Conv2DBackpropFilter', [images, filterShape, images]],
];

/** Reading the results' values waits for them where the device works on its own. */
function step() {
  for (const [name, inputs] of operations) {
    const [result] = tensorflow.executeOp(name, attributes, inputs, 1);
    if (tensorflow.isUsingGpuDevice()) tensorflow.tensorDataSync(result.id);
    tensorflow.deleteTensor(result.id);
  }
}

for (let i = 0; i < 3; i++) step();
/** On a GPU time by the clock; else time of the cores, which other work on the machine changes little. */
function now() {
  if (tensorflow.isUsingGpuDevice()) return performance.now();
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

let least = Number.POSITIVE_INFINITY;
for (const end = performance.now() + MEASURED_MS; performance.now() < end; ) {
  const start = now();
  step();
  least = Math.min(least, now() - start);
}
console.log(Math.round(FLOP / least / 1e6));

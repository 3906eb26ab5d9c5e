/** A few training steps on the backend at hand; the loss must fall by half. CI runs it on several versions of Node. */
import {
  adamMove,
  adamPace,
  biasLeakyRelu,
  conv2d,
  flatten,
  gradientsOf,
  type NamedTensors,
  normSwish,
  startEngine,
  startMoments,
  statelessNormal,
  type Tensor1D,
  type Tensor4D,
  tf,
  unflatten,
} from '../src/index.ts';

const STEPS = 30;
const SAME = { stride: 1, pad: 2, dilation: 2 };

/** A network of one dilated convolution, batch norm, swish and leaky ReLU learns the output of another. */
function predict(x: Tensor4D, parameters: NamedTensors): Tensor4D {
  const { filter, scale, offset } = parameters;
  const { y } = normSwish(conv2d(x, filter as Tensor4D, SAME), scale as Tensor1D, offset as Tensor1D);
  return biasLeakyRelu(y, offset as Tensor1D, 0.2);
}

const makeParameters = (seed: string): NamedTensors => ({
  filter: statelessNormal([3, 3, 3, 4], seed),
  offset: statelessNormal([4], seed, 'offset'),
  scale: tf.ones([4]),
});

const { backend } = await startEngine();
const x = statelessNormal([2, 9, 7, 3], 'image') as Tensor4D;
const target = predict(x, makeParameters('teacher'));
const start = makeParameters('student');
const names = Object.keys(start);
let parameters = flatten(start, names);
let moments = startMoments(parameters.size);
const losses: number[] = [];
for (let step = 0; step < STEPS; step++) {
  const named = unflatten(parameters, names, start);
  const compute = () => ({
    loss: tf.losses.meanSquaredError(target, predict(x, named)) as tf.Scalar,
    aside: {},
  });
  const { loss, gradients } = gradientsOf(compute, named);
  losses.push((await loss.data())[0] as number);
  const rates = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };
  const pace = adamPace(step, 0.1, rates);
  ({ parameters, moments } = adamMove(parameters, flatten(gradients, names), moments, pace, rates));
}
const [first, last] = [losses[0] as number, losses.at(-1) as number];
console.log(`${backend}: loss ${first.toFixed(4)} → ${last.toFixed(4)} in ${STEPS} steps`);
if (!(last < first / 2)) process.exitCode = 1;

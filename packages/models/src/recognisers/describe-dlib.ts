/** Parameters, cost and receptive field of dlib's network, of one aligned face; the shapes are those of dlib-resnet.ts. */
import { describeTrace, type NetworkDescription } from '../nets/networks.ts';
import { type Extent, image, TraceNet } from '../nets/trace-net.ts';

const CHIP = 150;
const FEATURES = 128;
/** Width and number of residual blocks; between two rows the picture halves. */
const STAGES = [
  [32, 3],
  [64, 3],
  [128, 2],
  [256, 2],
] as const;

/** The scale layers are counted as folded into the convolutions, as they run. */
export function describeDlibResnet(): NetworkDescription {
  const net = new TraceNet(false);
  const first = net.conv('conv32_down', image(3, CHIP), 32, { kernel: 7, stride: 2 });
  let x: Extent = {
    ...first,
    height: 35,
    width: 35,
    field: first.field + 2 * first.jump,
    jump: 2 * first.jump,
  };
  for (const [width, blocks] of STAGES) {
    if (width !== x.channels) x = halve(net, x, width, `conv${width}_down`);
    for (let block = 1; block <= blocks; block++) {
      const middle = net.conv(`conv${width}_${block}/conv1`, x, width, { kernel: 3, pad: 1 });
      x = net.conv(`conv${width}_${block}/conv2`, middle, width, { kernel: 3, pad: 1 });
    }
  }
  x = halve(net, x, 256, 'conv256_down_out');
  const { parameters, gflop, ...rest } = describeTrace('recogniser', net);
  const matrix = x.channels * FEATURES;
  return { ...rest, parameters: parameters + matrix, gflop: gflop + (2 * matrix) / 1e9 };
}

/** The second convolution's picture grows by zeros to the pooled shortcut's size. */
function halve(net: TraceNet, x: Extent, width: number, name: string): Extent {
  const middle = net.conv(`${name}/conv1`, x, width, { kernel: 3, stride: 2 });
  const y = net.conv(`${name}/conv2`, middle, width, { kernel: 3, pad: 1 });
  return { ...y, height: Math.floor(x.height / 2), width: Math.floor(x.width / 2) };
}

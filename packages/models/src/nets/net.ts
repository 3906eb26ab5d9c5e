/**
 * The vocabulary in which the networks are written. One description serves twice: over tensors it runs (tensor-net.ts),
 * over shapes it lists parameters, cost and receptive field (trace-net.ts). T is a feature map [B, H, W, C] or its shape.
 */
export interface ConvOptions {
  readonly kernel: number;
  readonly stride?: number;
  /** Zeros on each of the four sides. */
  readonly pad?: number;
  readonly dilation?: number;
}

export interface Net<T> {
  /** The same net with a longer prefix before every parameter's name. */
  in(...path: (string | number)[]): Net<T>;
  /** Number of channels of a feature map. */
  channels(x: T): number;
  /** Convolution with bias, [B, H, W, I] → [B, H', W', out]. */
  conv(name: string | number, x: T, out: number, options: ConvOptions): T;
  /** The same, then leaky relu of slope 0.01. */
  convLeakyRelu(name: string | number, x: T, out: number, options: ConvOptions): T;
  /** Nearest upsampling ×2, then convolution 3x3 with a padding of 1: [B, H, W, I] → [B, 2H, 2W, out]. */
  upsampleConv(name: string | number, x: T, out: number): T;
  /** Convolution `index`, batch norm `index + 1`, swish: as three neighbours in a torch.nn.Sequential. */
  convNormSwish(index: number, x: T, out: number, options: ConvOptions): T;
  /** The same with a transposed convolution, stride 1: [B, H, W, I] → [B, H + kernel − 1, W + kernel − 1, out]. */
  convTransposeNormSwish(index: number, x: T, out: number, options: { readonly kernel: number }): T;
  /** Every pixel and channel to every output, in PyTorch's order of a flattened map: [B, H, W, I] → [B, 1, 1, out]. */
  linear(name: string, x: T, out: number): T;
  /** Cosines between a feature vector and a learnt vector a class: [B, 1, 1, I] → [B, 1, 1, classes]. */
  cosines(name: string, x: T, classes: number): T;
  add(x: T, y: T): T;
  /** [B, H, W, 2c] → [B, H, W, c], the larger of a channel of the first half and its like in the second. */
  maxOfHalves(x: T): T;
  /** prelu(x + y) with one shared slope. */
  addPrelu(name: string, x: T, y: T): T;
  tanh(x: T): T;
  concat(maps: readonly T[]): T;
  pixelShuffle(x: T): T;
  upsampleBilinear(x: T): T;
  averagePool(x: T, size: number): T;
  maxPool(x: T, size: number): T;
  globalAveragePool(x: T): T;
  /** [B, 1, 1, C] repeated to the height and width of `like`. */
  broadcast(x: T, like: T): T;
}

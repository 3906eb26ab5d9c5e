/**
 * Recomputes a folder of golden tensors, made by an independent implementation in float64, from its weights and inputs.
 * Layout of the folder: packages/models/test/golden/README.md.
 */
import { type NamedTensors, type Tensor, type Tensor2D, type Tensor4D, tf } from '@fsg/engine';
import {
  decodeStructure,
  discriminate,
  type Entry,
  entriesOf,
  float32,
  fromStateDict,
  generate,
  type Level,
  lightCnn,
  lightCnnEntries,
  luma,
  type ModelOptions,
  openNet,
  type SizedNetwork,
  type StoredTensors,
  sizeOf,
  sizeOfWeights,
  TensorNet,
  toFile,
  toFloat32,
  UserError,
  unitRows,
} from '@fsg/models';
import { discriminatorPass, generatorPass, latentOf, sampleLatent, vaePass } from '../passes.ts';
import { learn, paceOf, parameters, pick, startNetwork } from '../state.ts';

/** State dicts and tensors of a golden folder, in PyTorch's layouts. */
export interface GoldenSet {
  readonly weights: Readonly<Record<SizedNetwork, StoredTensors>>;
  /** By file, without its ending. */
  readonly files: Readonly<Record<string, StoredTensors>>;
}

/** Recomputed tensors by golden file, in PyTorch's layouts. */
export type Recomputed = Record<string, StoredTensors>;

const LOSS = { l1: 100, hole: 0, identity: 50, adversarial: 1, tv: 0.5 };
const OPTIMISER = { beta1: 0.5, beta2: 0.999, epsilon: 1e-8, ema: 0 };
const RATE = 1e-4;

/** Every tensor of the golden files but the inputs. Throws a UserError where weights or inputs are missing or mis-shaped. */
export function recomputeGolden(golden: GoldenSet, where: string): Recomputed {
  tf.engine().startScope();
  try {
    return recompute(golden, where);
  } finally {
    tf.engine().endScope();
  }
}

function recompute(golden: GoldenSet, where: string): Recomputed {
  const sizes = sizesOf(golden, where);
  const weights = (name: SizedNetwork): NamedTensors =>
    fromStateDict(entriesOf(name, sizes[name]), golden.weights[name], `${where}: ${name}`).tensors;
  const vae = weights('vae');
  const generator = weights('generator');
  const discriminator = weights('discriminator');
  const inputs = (name: string): Tensor4D => pictureOf(golden, name, where);
  const [occluded, clean, structure] = [inputs('occluded'), inputs('clean'), inputs('structure')];
  const noise = inputs('eps');
  const lightCnnTensors = ruledLightCnn();
  const evaluated = (name: SizedNetwork, tensors: NamedTensors): TensorNet =>
    openNet(name, sizes[name], tensors);
  const network = new TensorNet(lightCnnTensors, { training: false, spectral: false });
  /** [-1, 1], without rescaling: the release's defect C, which the golden numbers keep. */
  const features = (images: Tensor4D): Tensor2D =>
    tf.reshape(lightCnn(network, luma(images), 'lightcnn29v2'), [images.shape[0], -1]);

  const evaluatedVae = evaluated('vae', vae);
  const [mu, logvar] = latentOf(evaluatedVae, occluded, sizes.vae);
  const { small, medium, large } = discriminate(
    evaluated('discriminator', discriminator),
    clean,
    sizes.discriminator,
  ) as Record<Level, Tensor4D>;
  const stage1 = vaePass(vae, { occluded, clean, noise }, sizes.vae, { reconstruction: 1, kl: 1 });
  const stage2 = generatorPass(
    generator,
    discriminator,
    { structure, occluded, clean, mask: tf.zeros([1, 1, 1, 1]), landmarks: tf.zeros([1, 136]) },
    { embed: (images) => unitRows(features(images)) },
    sizes.generator,
    LOSS,
  );
  const restored = stage2.aside.images.restored as Tensor4D;
  const judge = discriminatorPass(discriminator, clean, restored, sizes.discriminator);
  return {
    eval: plain({
      vae_mu: mu,
      vae_logvar: logvar,
      vae_out: decodeStructure(evaluatedVae, sampleLatent(mu, logvar, noise), sizes.vae),
      vae_out_mean: decodeStructure(evaluatedVae, mu, sizes.vae),
      gen_out: generate(evaluated('generator', generator), structure, occluded, sizes.generator),
      dis_small: tf.sigmoid(small),
      dis_medium: tf.sigmoid(medium),
      dis_large: tf.sigmoid(large),
      lightcnn_in: luma(clean),
      lightcnn: features(clean),
    }),
    train: plain({
      stage1_out: stage1.aside.images.structure,
      stage1_reconstruction: stage1.aside.metrics.reconstruction,
      stage1_kl: stage1.aside.metrics.kl,
      stage2_fake: restored,
      stage2_l1: stage2.aside.metrics.l1,
      stage2_identity: stage2.aside.metrics.identity,
      stage2_tv: stage2.aside.metrics.tv,
      stage2_bce_small: stage2.aside.metrics['adversarial/small'],
      stage2_bce_medium: stage2.aside.metrics['adversarial/medium'],
      stage2_bce_large: stage2.aside.metrics['adversarial/large'],
      stage2_adversarial: stage2.aside.metrics.adversarial,
      stage2_total: stage2.aside.metrics.loss,
      stage2_discriminator: judge.aside.metrics.discriminator,
    }),
    'stage1-gradients': stored('vae', sizes, stage1.gradients),
    'stage1-buffers': stored('vae', sizes, stage1.aside.buffers),
    'stage1-after-adam': afterAdam(golden, vae, sizes, where),
    'stage2-generator-gradients': stored('generator', sizes, stage2.gradients),
    'stage2-generator-buffers': stored('generator', sizes, stage2.aside.buffers),
    'stage2-discriminator-gradients': stored('discriminator', sizes, judge.gradients),
    'stage2-discriminator-buffers': stored('discriminator', sizes, judge.aside.buffers),
  };
}

type Sizes = Readonly<Record<SizedNetwork, ModelOptions>>;

function sizesOf({ weights }: GoldenSet, where: string): Sizes {
  const size = (name: SizedNetwork): ModelOptions => {
    const found = sizeOfWeights(name, weights[name]);
    if (!found) throw new UserError(`${where}: the weights of ${name} are not those of FSG-GAN's ${name}`);
    return found;
  };
  return { vae: size('vae'), generator: size('generator'), discriminator: size('discriminator') };
}

/** A tensor of inputs.safetensors, NCHW → NHWC. */
function pictureOf({ files }: GoldenSet, name: string, where: string): Tensor4D {
  const tensor = files.inputs?.[name];
  if (tensor?.shape.length !== 4) {
    throw new UserError(`${where}: inputs.safetensors has no tensor ${name} of four axes`);
  }
  const nchw = tf.tensor4d(toFloat32(tensor), [...tensor.shape] as [number, number, number, number]);
  return tf.transpose(nchw, [0, 2, 3, 1]);
}

/** The golden folder's LightCNN: weights by a rule in place of a file. Element i of entry t, both counted from 0. */
function ruledLightCnn(): NamedTensors {
  const entries = lightCnnEntries('lightcnn29v2');
  const stored = entries.map((entry, t): [string, StoredTensors[string]] => {
    const shape = toFile(entry, new Float32Array(sizeOf(entry.shape))).shape;
    const fanIn = sizeOf(shape.slice(1));
    const scale = shape.length > 1 ? Math.sqrt(3 / fanIn) : 0.05;
    const values = Float32Array.from({ length: sizeOf(shape) }, (_, i) => {
      const r = Math.sin(12.9898 * i + 78.233 * t + 0.5) * 43758.5453;
      return scale * (2 * (r - Math.floor(r)) - 1);
    });
    return [entry.name, float32(shape, values)];
  });
  return fromStateDict(entries, Object.fromEntries(stored), 'LightCNN').tensors;
}

/** One Adam step of stage I with the golden gradients as given, so that the noise of ours does not enter. */
function afterAdam({ files }: GoldenSet, vae: NamedTensors, sizes: Sizes, where: string): StoredTensors {
  const learnt = parameters(entriesOf('vae', sizes.vae));
  const given = files['stage1-gradients'];
  if (!given) throw new UserError(`${where}: stage1-gradients.safetensors is missing`);
  const gradients = fromStateDict(learnt, given, `${where}: stage1-gradients`).tensors;
  const fresh = startNetwork('vae', sizes.vae, 0, 0, vae);
  const { network } = learn(fresh, gradients, {}, paceOf(0, RATE, OPTIMISER), OPTIMISER);
  return stored('vae', sizes, pick(network.tensors, Object.keys(gradients)));
}

/** Pictures NHWC → NCHW, everything else as it is. */
const plain = (tensors: Readonly<Record<string, Tensor | undefined>>): StoredTensors =>
  Object.fromEntries(
    Object.entries(tensors).map(([name, tensor]) => {
      const ordered =
        (tensor as Tensor).rank === 4 ? tf.transpose(tensor as Tensor, [0, 3, 1, 2]) : (tensor as Tensor);
      return [name, float32(ordered.shape, ordered.dataSync() as Float32Array)];
    }),
  );

/** Parameters or buffers of a network in the file's layout. */
function stored(network: SizedNetwork, sizes: Sizes, tensors: NamedTensors): StoredTensors {
  const entries = new Map(entriesOf(network, sizes[network]).map((entry) => [entry.name, entry]));
  return Object.fromEntries(
    Object.entries(tensors).map(([name, tensor]) => [
      name,
      toFile(entries.get(name) as Entry, tensor.dataSync() as Float32Array),
    ]),
  );
}

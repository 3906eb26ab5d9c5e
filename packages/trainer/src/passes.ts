/**
 * Forward and backward of each network's loss: what a training step computes before the update. Pure; call them in a tidy.
 * Images are [B, 128, 128, 3] in [-1, 1] (or crops of such); a network's weights come under PyTorch's names.
 */
import { detach, gradientsOf, type NamedTensors, type Tensor2D, type Tensor4D, tf } from '@fsg/engine';
import {
  adversarialLoss,
  decodeStructure,
  discriminate,
  encodeStructure,
  entriesOf,
  generate,
  holeLoss,
  identityLoss,
  klDivergence,
  l1Loss,
  type ModelOptions,
  type NetworkName,
  openNet,
  reconstructionLoss,
  type TensorNet,
  totalVariation,
} from '@fsg/models';
import { parameterNames, pick } from './state.ts';

export interface VaeWeights {
  readonly reconstruction: number;
  readonly kl: number;
}

export interface GeneratorWeights {
  readonly l1: number;
  readonly hole: number;
  readonly identity: number;
  readonly adversarial: number;
  readonly tv: number;
}

/** The frozen recogniser of the identity loss: images and landmarks → unit features [B, D]; differentiable in the images. */
export interface Identity {
  embed(images: Tensor4D, landmarks: Tensor2D): Tensor2D;
}

/** Which of the release's defects the adversarial losses have (defects.ts). */
export interface AdversarialDefects {
  readonly detachedAdversarial?: boolean;
  readonly selfTargets?: boolean;
}

export interface GeneratorInputs {
  /** Left out where the generator is not guided. */
  readonly structure?: Tensor4D;
  readonly occluded: Tensor4D;
  readonly clean: Tensor4D;
  /** [B, H, W, 1], 1 = occluded. */
  readonly mask: Tensor4D;
  /** [B, 136], as recognisers want them. */
  readonly landmarks: Tensor2D;
}

const learnt = (name: NetworkName, tensors: NamedTensors, size: ModelOptions): NamedTensors =>
  pick(tensors, parameterNames(entriesOf(name, size)));

/** Mean and log variance of the latent vectors, each [B, 1, 1, Z]. */
export function latentOf(net: TensorNet, occluded: Tensor4D, size: ModelOptions): [Tensor4D, Tensor4D] {
  return tf.split(encodeStructure(net, occluded, size), 2, 3) as [Tensor4D, Tensor4D];
}

/** mu + noise · exp(logvar / 2). */
export const sampleLatent = (mu: Tensor4D, logvar: Tensor4D, noise: Tensor4D): Tensor4D =>
  tf.add(mu, tf.mul(noise, tf.exp(tf.mul(logvar, 0.5))));

/** Stage I. `noise`: [B, 1, 1, Z], standard normal. */
export function vaePass(
  vae: NamedTensors,
  { occluded, clean, noise }: { occluded: Tensor4D; clean: Tensor4D; noise: Tensor4D },
  size: ModelOptions,
  weights: VaeWeights,
) {
  return gradientsOf(
    () => {
      const net = openNet('vae', size, vae, true);
      const [mu, logvar] = latentOf(net, occluded, size);
      const structure = decodeStructure(net, sampleLatent(mu, logvar, noise), size);
      const terms = { reconstruction: reconstructionLoss(structure, clean), kl: klDivergence(mu, logvar) };
      const loss = weightedSum(terms, { ...weights });
      return { loss, aside: { metrics: { loss, ...terms }, buffers: net.updates, images: { structure } } };
    },
    learnt('vae', vae, size),
  );
}

/** Stage II's generator. The discriminator judges in training mode, so that its buffers move as well (`judge`). */
export function generatorPass(
  generator: NamedTensors,
  discriminator: NamedTensors,
  inputs: GeneratorInputs,
  recogniser: Identity,
  size: ModelOptions,
  weights: GeneratorWeights,
  defects: AdversarialDefects = {},
) {
  const { structure, occluded, clean, mask, landmarks } = inputs;
  const features = weights.identity > 0 ? recogniser.embed(clean, landmarks) : undefined;
  const judgedBy = (judge: TensorNet, restored: Tensor4D) => {
    const { total, levels } = adversarialLoss(discriminate(judge, restored, size), true, defects);
    return { total: defects.detachedAdversarial ? detach(total) : total, levels };
  };
  return gradientsOf(
    () => {
      const net = openNet('generator', size, generator, true);
      const judge = openNet('discriminator', size, discriminator, true);
      const restored = generate(net, structure, occluded, size);
      const judged = weights.adversarial > 0 ? judgedBy(judge, restored) : undefined;
      const none = tf.scalar(0);
      const terms = {
        l1: l1Loss(restored, clean),
        hole: weights.hole > 0 ? holeLoss(restored, clean, mask) : none,
        tv: totalVariation(restored),
        identity: features ? identityLoss(recogniser.embed(restored, landmarks), features) : none,
        adversarial: judged?.total ?? none,
      };
      const loss = weightedSum(terms, { ...weights });
      const metrics = { loss, ...terms, ...(judged && prefixed('adversarial', judged.levels)) };
      return { loss, aside: { metrics, buffers: net.updates, judge: judge.updates, images: { restored } } };
    },
    learnt('generator', generator, size),
  );
}

/** Stage II's discriminator: the clean images first, then the restored ones, which count as constants. */
export function discriminatorPass(
  discriminator: NamedTensors,
  clean: Tensor4D,
  restored: Tensor4D,
  size: ModelOptions,
  defects: AdversarialDefects = {},
) {
  return gradientsOf(
    () => {
      const onReal = openNet('discriminator', size, discriminator, true);
      const real = adversarialLoss(discriminate(onReal, clean, size), true, defects);
      const onFake = openNet('discriminator', size, { ...discriminator, ...onReal.updates }, true);
      const fake = adversarialLoss(discriminate(onFake, restored, size), false, defects);
      const loss: tf.Scalar = tf.mul(tf.add(real.total, fake.total), 0.5);
      const metrics = {
        discriminator: loss,
        ...prefixed('discriminator/real', real.levels),
        ...prefixed('discriminator/fake', fake.levels),
      };
      return { loss, aside: { metrics, buffers: onFake.updates } };
    },
    learnt('discriminator', discriminator, size),
  );
}

function weightedSum(terms: Record<string, tf.Scalar>, weights: Readonly<Record<string, number>>): tf.Scalar {
  const weighted = Object.entries(terms).map(([name, term]) => tf.mul(term, weights[name] as number));
  return tf.addN(weighted) as tf.Scalar;
}

const prefixed = (prefix: string, terms: Record<string, tf.Scalar>): NamedTensors =>
  Object.fromEntries(Object.entries(terms).map(([name, term]) => [`${prefix}/${name}`, term]));

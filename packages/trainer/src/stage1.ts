/** Stage I: the structure VAE learns to predict the complete face from the occluded one. Source: FSG-GAN, stage I. */
import { gradientsOf, type NamedTensors, statelessNormal, type Tensor4D, tf } from '@fsg/engine';
import {
  decodeStructure,
  encodeStructure,
  entriesOf,
  klDivergence,
  reconstructionLoss,
  type StructureVaeSize,
  TensorNet,
} from '@fsg/models';
import type { Batch, Stage, StepResult } from './stage.ts';
import {
  learn,
  type OptimiserOptions,
  parameterNames,
  pick,
  smoothed,
  startNetwork,
  type TrainState,
} from './state.ts';

export interface Stage1Options {
  readonly size: StructureVaeSize;
  readonly optimiser: OptimiserOptions;
  readonly weights: { readonly reconstruction: number; readonly kl: number };
  readonly seed: number;
}

export function stage1({ size, optimiser, weights, seed }: Stage1Options): Stage {
  const names = parameterNames(entriesOf('vae', size));

  function step(state: TrainState, { occluded, clean }: Batch, rate: number): StepResult {
    const vae = state.networks.vae as NonNullable<typeof state.networks.vae>;
    const noise = statelessNormal([occluded.shape[0], 1, 1, size.zDim], seed, 'latent', state.step);
    const { gradients, aside } = gradientsOf(
      () => {
        const net = new TensorNet(vae.tensors, { training: true, spectral: false });
        const [mu, logvar] = tf.split(encodeStructure(net, occluded, size), 2, 3) as [Tensor4D, Tensor4D];
        const z: Tensor4D = tf.add(mu, tf.mul(noise, tf.exp(tf.mul(logvar, 0.5))));
        const reconstruction = reconstructionLoss(decodeStructure(net, z, size), clean);
        const kl = klDivergence(mu, logvar);
        const loss: tf.Scalar = tf.add(
          tf.mul(reconstruction, weights.reconstruction),
          tf.mul(kl, weights.kl),
        );
        return { loss, aside: { buffers: net.updates, metrics: { loss, reconstruction, kl } } };
      },
      pick(vae.tensors, names),
    );
    const { network, gradientNorm } = learn(vae, names, gradients, aside.buffers, 1, rate, optimiser);
    return {
      state: { step: state.step + 1, networks: { vae: network } },
      metrics: { ...aside.metrics, 'gradient/vae': gradientNorm },
      gradients: { vae: gradients },
    };
  }

  return {
    name: 'stage1',
    start: (given = {}) => ({
      step: 0,
      networks: { vae: startNetwork('vae', size, optimiser, seed, given.vae) },
    }),
    step,
    restore: (state, occluded) => {
      const weights = smoothed(state.networks.vae as NonNullable<typeof state.networks.vae>, names);
      return { structure: predictStructure(weights, occluded, size) };
    },
  };
}

/** Occluded images → structure images, both [B, 128, 128, 3] in [-1, 1]; the mean of the latent distribution, not a sample. */
export function predictStructure(vae: NamedTensors, occluded: Tensor4D, size: StructureVaeSize): Tensor4D {
  const net = new TensorNet(vae, { training: false, spectral: false });
  const [mu] = tf.split(encodeStructure(net, occluded, size), 2, 3) as [Tensor4D, Tensor4D];
  return decodeStructure(net, mu, size);
}

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
import type { Stage, StepInputs } from './stage.ts';
import {
  learn,
  networkOf,
  type OptimiserOptions,
  parameterNames,
  pick,
  smoothed,
  startNetwork,
} from './state.ts';

export interface Stage1Options {
  readonly size: StructureVaeSize;
  readonly optimiser: OptimiserOptions;
  readonly weights: { readonly reconstruction: number; readonly kl: number };
  readonly seed: number;
}

export function stage1({ size, optimiser, weights, seed }: Stage1Options): Stage {
  const names = parameterNames(entriesOf('vae', size));

  function pass({ networks, batch, noise }: StepInputs) {
    const { tensors } = networkOf(networks, 'vae');
    return gradientsOf(
      () => {
        const net = new TensorNet(tensors, { training: true, spectral: false });
        const [mu, logvar] = tf.split(encodeStructure(net, batch.occluded, size), 2, 3) as [
          Tensor4D,
          Tensor4D,
        ];
        const z: Tensor4D = tf.add(mu, tf.mul(noise.latent as Tensor4D, tf.exp(tf.mul(logvar, 0.5))));
        const reconstruction = reconstructionLoss(decodeStructure(net, z, size), batch.clean);
        const kl = klDivergence(mu, logvar);
        const loss: tf.Scalar = tf.add(
          tf.mul(reconstruction, weights.reconstruction),
          tf.mul(kl, weights.kl),
        );
        return { loss, aside: { buffers: net.updates, metrics: { loss, reconstruction, kl } } };
      },
      pick(tensors, names),
    );
  }

  return {
    name: 'stage1',
    networks: ['vae'],
    passes: { vae: 1 },
    optimiser,
    frozen: [],
    start: (given = {}) => ({
      step: 0,
      networks: { vae: startNetwork('vae', size, optimiser.ema, seed, given.vae) },
    }),
    noise: (step, batch) => ({ latent: statelessNormal([batch, 1, 1, size.zDim], seed, 'latent', step) }),
    step: (inputs) => {
      const { gradients, aside } = pass(inputs);
      const vae = learn(networkOf(inputs.networks, 'vae'), gradients, aside.buffers, inputs.pace, optimiser);
      return {
        networks: { vae: vae.network },
        metrics: { ...aside.metrics, 'gradient/vae': vae.gradientNorm },
      };
    },
    gradients: (inputs) => ({ vae: pass(inputs).gradients }),
    restore: (networks, occluded) => ({
      structure: predictStructure(smoothed(networkOf(networks, 'vae'), names), occluded, size),
    }),
  };
}

/** Occluded images → structure images, both [B, 128, 128, 3] in [-1, 1]; the latent distribution's mean, not a sample. */
export function predictStructure(vae: NamedTensors, occluded: Tensor4D, size: StructureVaeSize): Tensor4D {
  const net = new TensorNet(vae, { training: false, spectral: false });
  const [mu] = tf.split(encodeStructure(net, occluded, size), 2, 3) as [Tensor4D, Tensor4D];
  return decodeStructure(net, mu, size);
}

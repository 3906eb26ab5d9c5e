/** Stage I: the structure VAE learns to predict the complete face from the occluded one. Source: FSG-GAN, stage I. */
import { type NamedTensors, statelessNormal, type Tensor4D } from '@fsg/engine';
import { decodeStructure, entriesOf, type ModelOptions, openNet } from '@fsg/models';
import { latentOf, sampleLatent, type VaeWeights, vaePass } from './passes.ts';
import type { RestoringStage, StepInputs } from './stage.ts';
import { learn, networkOf, type OptimiserOptions, parameterNames, smoothed, startNetwork } from './state.ts';

export interface Stage1Options {
  readonly size: ModelOptions;
  readonly optimiser: OptimiserOptions;
  readonly weights: VaeWeights;
  readonly seed: number;
}

export function stage1({ size, optimiser, weights, seed }: Stage1Options): RestoringStage {
  const names = parameterNames(entriesOf('vae', size));

  const pass = ({ networks, batch: { occluded, clean }, noise }: StepInputs) =>
    vaePass(
      networkOf(networks, 'vae').tensors,
      { occluded, clean, noise: noise.latent as Tensor4D },
      size,
      weights,
    );

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
        metrics: {
          ...aside.metrics,
          'gradient/vae': vae.health.norm,
          'zero-gradient/vae': vae.health.zero,
        },
      };
    },
    gradients: (inputs) => ({ vae: pass(inputs).gradients }),
    restore: (networks, occluded) => ({
      structure: predictStructure(smoothed(networkOf(networks, 'vae'), names), occluded, size),
    }),
  };
}

/**
 * Occluded images → structure images, both [B, 128, 128, 3] in [-1, 1], of the latent distribution's mean, or of the sample
 * that `noise` [B, 1, 1, Z] makes.
 */
export function predictStructure(
  vae: NamedTensors,
  occluded: Tensor4D,
  size: ModelOptions,
  noise?: Tensor4D,
): Tensor4D {
  const net = openNet('vae', size, vae);
  const [mu, logvar] = latentOf(net, occluded, size);
  return decodeStructure(net, noise ? sampleLatent(mu, logvar, noise) : mu, size);
}

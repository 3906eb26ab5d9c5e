/** Trains LightCNN to tell people apart, for the identity loss of stage II. Source: Wu et al. 2018; margin as in CosFace. */
import { gradientsOf, mapTensors, type Tensor2D, tf } from '@fsg/engine';
import {
  entriesOf,
  lightCnnClassifier,
  lightCnnRecogniser,
  lumaCrop,
  marginSoftmax,
  openNet,
  type Recogniser,
  type RecogniserOptions,
  TensorNet,
} from '@fsg/models';
import type { Stage, StepInputs } from './stage.ts';
import {
  learn,
  type NetworkState,
  type Networks,
  networkOf,
  type OptimiserOptions,
  parameterNames,
  pick,
  smoothed,
  startNetwork,
} from './state.ts';

export interface RecogniserStageOptions {
  readonly options: RecogniserOptions;
  readonly optimiser: OptimiserOptions;
  readonly loss: { readonly margin: number; readonly scale: number };
  readonly seed: number;
}

export function recogniserStage({ options, optimiser, loss, seed }: RecogniserStageOptions): Stage {
  const crop = lumaCrop();
  const names = parameterNames(entriesOf('recogniser', options));

  function pass({ networks, batch }: StepInputs) {
    const { tensors } = networkOf(networks, 'recogniser');
    const faces = crop.of(batch.clean, batch.landmarks);
    return gradientsOf(
      () => {
        const net = openNet('recogniser', options, tensors, true);
        const map = lightCnnClassifier(net, faces, options);
        const cosines: Tensor2D = tf.reshape(map, [-1, options.people]);
        const total = marginSoftmax(cosines, batch.labels, loss);
        const right = tf.equal(tf.argMax(cosines, 1), batch.labels);
        const accuracy = tf.mean(tf.cast(right, 'float32'));
        return { loss: total, aside: { metrics: { loss: total, accuracy } } };
      },
      pick(tensors, names),
    );
  }

  return {
    name: 'recogniser',
    networks: ['recogniser'],
    passes: {},
    optimiser,
    frozen: crop.frozen,
    start: (given = {}) => ({
      step: 0,
      networks: { recogniser: startNetwork('recogniser', options, optimiser.ema, seed, given.recogniser) },
    }),
    calibrate: (state, batch) => {
      const { recogniser } = state.networks;
      const tensors = recogniser?.tensors ?? {};
      const updates = tf.tidy(() => {
        const net = new TensorNet(tensors, { training: true, spectral: false, calibrating: true });
        lightCnnClassifier(net, crop.of(batch.clean, batch.landmarks), options);
        return net.updates;
      });
      tf.dispose(pick(tensors, Object.keys(updates)));
      const network = { ...(recogniser as NetworkState), tensors: { ...tensors, ...updates } };
      return { ...state, networks: { recogniser: network } };
    },
    noise: () => ({}),
    step: (inputs) => {
      const { gradients, aside } = pass(inputs);
      const { network, health } = learn(
        networkOf(inputs.networks, 'recogniser'),
        gradients,
        {},
        inputs.pace,
        optimiser,
      );
      return {
        networks: { recogniser: network },
        metrics: {
          ...aside.metrics,
          'gradient/recogniser': health.norm,
          'zero-gradient/recogniser': health.zero,
        },
      };
    },
    gradients: (inputs) => ({ recogniser: pass(inputs).gradients }),
  };
}

/** The network as it stands, ready to embed. Its tensors are copies: dispose it. */
export function recogniserOf(networks: Networks, options: RecogniserOptions): Recogniser {
  const names = parameterNames(entriesOf('recogniser', options));
  const tensors = tf.tidy(() =>
    mapTensors(smoothed(networkOf(networks, 'recogniser'), names), (tensor) => tensor.clone()),
  );
  return lightCnnRecogniser(options.architecture, tensors, '');
}

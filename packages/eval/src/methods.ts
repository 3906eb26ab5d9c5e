/** The rows of the first table: what needs no network, and what FSG-GAN's two stages make. */
import { fromSigned, type Rgb, type Sample, type Shape, toSigned } from '@fsg/data';
import { blend, feather, predictHole } from './hole.ts';
import { inpaint } from './inpainting.ts';
import type { Method, Restoration } from './protocol.ts';

/** The occluded input itself: what doing nothing gives. */
export const occludedInput: Method = {
  key: 'occluded',
  label: 'occluded input',
  note: 'the image as it is, nothing restored',
  needsMask: false,
  restore: async (batch) => batch.map(({ occluded }) => ({ image: occluded })),
};

/** What another program has made of the occluded pictures: `read` gives the picture of a sample. */
export function madePictures(name: string, read: (sample: Sample) => Promise<Rgb>): Method {
  return {
    key: name,
    label: name,
    note: 'pictures made by another program',
    needsMask: false,
    restore: (batch) => Promise.all(batch.map(async (sample) => ({ image: await read(sample) }))),
  };
}

/** The mean of the training faces pasted into the true hole: what knowing only the average face gives. */
export function pastedMeanFace(mean: Rgb): Method {
  return {
    key: 'mean-face',
    label: 'mean face',
    note: 'the training set’s mean face pasted into the true hole',
    needsMask: true,
    restore: async (batch) => batch.map(({ occluded, mask }) => ({ image: blend(occluded, mean, mask) })),
  };
}

/** Harmonic inpainting of the true hole: what smoothness alone gives, without a training. */
export const harmonicInpainting: Method = {
  key: 'inpainting',
  label: 'harmonic inpainting',
  note: 'the true hole filled smoothly from its border (Laplace’s equation), nothing trained',
  needsMask: true,
  restore: async (batch) => batch.map(({ occluded, mask }) => ({ image: inpaint(occluded, mask) })),
};

/** Mean of images of one size, rounded to 8 bits. Throws where there is none. */
export async function meanImage(images: AsyncIterable<Rgb> | Iterable<Rgb>): Promise<Rgb> {
  let sums: Float64Array | undefined;
  let first: Rgb | undefined;
  let n = 0;
  for await (const image of images) {
    first ??= image;
    sums ??= new Float64Array(image.data.length);
    for (let i = 0; i < sums.length; i++) sums[i] = (sums[i] as number) + (image.data[i] as number);
    n++;
  }
  if (!first || !sums) throw new RangeError('the mean of no images was asked for');
  return { ...first, data: Uint8Array.from(sums, (sum) => Math.round(sum / n)) };
}

/**
 * The trained networks. Tensors are NHWC in [-1, 1], `shape` = [n, height, width, 3], as flat Float32. A generator without
 * guidance gives no structure.
 */
export type Restorer = (
  occluded: Float32Array,
  shape: Shape,
) => Promise<{ readonly structure?: Float32Array; readonly restored: Float32Array }>;

interface Outputs {
  readonly structure?: readonly Rgb[];
  readonly restored: readonly Rgb[];
}

/**
 * Stage I alone (where the generator is guided) and the generator's three rows: `network` (raw output), `composite`
 * (visible pixels kept, the hole predicted from the network's own output, so still blind) and `oracle` (visible pixels
 * kept by the true mask). The networks run once a batch for all of them. `name` stands before the rows' labels.
 */
export function networkMethods(networks: Restorer, guided: boolean, name = 'FSG-GAN'): readonly Method[] {
  const run = oncePerBatch((batch) => runNetworks(networks, batch));
  const row = (key: string, label: string, note: string, make: Maker, needsMask = false): Method => ({
    key,
    label,
    note,
    needsMask,
    restore: async (batch) => {
      const outputs = await run(batch);
      return batch.map((sample, i) =>
        make(sample, outputs.restored[i] as Rgb, outputs.structure?.[i] as Rgb),
      );
    },
  });
  const structure = row('stage-one', 'stage I alone', 'the structure VAE’s image', (_, __, image) => ({
    image,
  }));
  return [
    ...(guided ? [structure] : []),
    row('network', `${name}, network`, 'the generator’s raw output', (_, image) => ({ image })),
    row(
      'composite',
      `${name}, composite`,
      'visible pixels kept, the hole predicted from the network’s own output',
      composite,
    ),
    row(
      'oracle',
      `${name}, oracle`,
      'visible pixels kept by the true mask',
      ({ occluded, mask }, restored) => ({ image: blend(occluded, restored, mask) }),
      true,
    ),
  ];
}

type Maker = (sample: Sample, restored: Rgb, structure: Rgb) => Restoration;

function composite({ occluded }: Sample, restored: Rgb): Restoration {
  const hole = predictHole(occluded, restored);
  return { image: blend(occluded, restored, feather(hole, occluded.width, occluded.height)), hole };
}

async function runNetworks(networks: Restorer, batch: readonly Sample[]): Promise<Outputs> {
  const occluded = toSigned(batch.map((sample) => sample.occluded));
  const { structure, restored } = await networks(occluded.data, occluded.shape);
  return {
    ...(structure && { structure: fromSigned(structure, occluded.shape, 'structure') }),
    restored: fromSigned(restored, occluded.shape, 'restored image'),
  };
}

/** Keeps the result as long as the batch lives, so that several rows share one run. */
function oncePerBatch<T>(run: (batch: readonly Sample[]) => Promise<T>): typeof run {
  const known = new WeakMap<readonly Sample[], Promise<T>>();
  return (batch) => {
    const result = known.get(batch) ?? run(batch);
    known.set(batch, result);
    return result;
  };
}

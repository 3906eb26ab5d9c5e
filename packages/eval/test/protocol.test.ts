import { type Sample, toSigned } from '@fsg/data';
import { startEngine, tf } from '@fsg/engine';
import { describe, expect, test } from 'vitest';
import { type Judge, judgeBy } from '../src/judge.ts';
import { meanImage, networkMethods, occludedInput, pastedMeanFace, type Restorer } from '../src/methods.ts';
import {
  type MeasuredBatch,
  type MeasureOptions,
  type Method,
  measure,
  type SampleRecord,
} from '../src/protocol.ts';
import { face, guess, paint, sample } from './samples.ts';

/** Features: the mean colour. Notes whose landmarks it is given (a sample's are all its seed). */
function colourJudge(): Judge & { calls: number; seeds: number[] } {
  return {
    name: 'mean colour',
    dimensions: 3,
    calls: 0,
    seeds: [],
    async embed(images, landmarks) {
      this.calls++;
      this.seeds.push(...landmarks.map((points) => points[0] as number));
      return images.map(({ data }) => {
        const sums = new Float32Array(3);
        data.forEach((v, i) => {
          sums[i % 3] = (sums[i % 3] as number) + v / data.length;
        });
        return sums;
      });
    },
  };
}

const perfect: Method = {
  key: 'perfect',
  label: 'perfect',
  note: 'the clean image',
  needsMask: true,
  restore: async (batch) => batch.map(({ clean }) => ({ image: clean })),
};

async function recordsOf(options: MeasureOptions): Promise<SampleRecord[]> {
  const all: SampleRecord[] = [];
  for await (const { records } of measure(options)) all.push(...records);
  return all;
}

const samples = [sample(1, 'block'), sample(2, 'glasses'), sample(3, 'noise')];

describe('measure', () => {
  test('measures each method on each sample, in order, with a short last batch', async () => {
    const judge = colourJudge();
    const methods = [occludedInput, perfect];
    const batches: MeasuredBatch[] = [];
    for await (const batch of measure({ samples, methods, instruments: { judges: [judge] }, batchSize: 2 }))
      batches.push(batch);
    const records = batches.flatMap((batch) => batch.records);
    expect(records.map(({ key }) => key)).toEqual(samples.map(({ key }) => key));
    expect(batches.map((batch) => batch.records.length)).toEqual([2, 1]);
    expect(judge.calls).toBe(2 * 3);
    expect(judge.seeds).toEqual([1, 2, 1, 2, 1, 2, 3, 3, 3]);
    // Of the clean image, of the occluded one, of the perfect one, which is the clean one.
    const [clean, occluded, restored] = batches[1]?.features['mean colour'] ?? [];
    expect(restored).toEqual(clean);
    expect(occluded).not.toEqual(clean);
    const first = records[0]?.scores.occluded;
    expect(records[0]?.area).toBeCloseTo((40 * 36) / 128 ** 2, 12);
    // All of the error lies in the hole: whole-image error = hole error x area.
    const gain = 10 * Math.log10(1 / (records[0]?.area as number));
    expect((first?.values.psnr as number) - (first?.values.psnr_hole as number)).toBeCloseTo(gain, 9);
    expect(first?.values['similarity_mean colour']).toBeLessThan(1);
    // What is not occluded is as it was.
    expect(first?.why).toMatchObject({ hole_iou: 'predicts no hole', psnr_visible: 'identical' });
  });

  test('identical images have no PSNR, with the reason; SSIM and similarity are 1', async () => {
    const [record] = await recordsOf({
      samples: [sample(1, 'block')],
      methods: [perfect],
      instruments: { judges: [colourJudge()] },
      batchSize: 4,
    });
    expect(record?.scores.perfect?.values).toMatchObject({ psnr: null, psnr_hole: null });
    expect(record?.scores.perfect?.values.ssim).toBeCloseTo(1, 12);
    expect(record?.scores.perfect?.values['similarity_mean colour']).toBeCloseTo(1, 6);
    expect(record?.scores.perfect?.why).toMatchObject({ psnr: 'identical', psnr_hole: 'identical' });
  });

  test('a sample with nothing occluded has no values in the hole', async () => {
    const bare: Sample = { ...sample(1, 'block'), mask: new Uint8Array(128 * 128) };
    const [record] = await recordsOf({
      samples: [bare],
      methods: [occludedInput],
      instruments: { judges: [] },
      batchSize: 1,
    });
    expect(record?.scores.occluded?.values).toMatchObject({
      psnr_hole: null,
      ssim_hole: null,
    });
    expect(record?.scores.occluded?.why).toMatchObject({
      psnr_hole: 'nothing is occluded',
    });
  });

  test('streams: a sample is asked for only when its batch is due', async () => {
    const seen: string[] = [];
    async function* stream(): AsyncGenerator<Sample> {
      for (const item of samples) {
        seen.push(`ask ${item.key}`);
        yield item;
      }
    }
    const options = {
      samples: stream(),
      methods: [occludedInput],
      instruments: { judges: [] },
      batchSize: 1,
    };
    for await (const { records } of measure(options)) seen.push(`done ${records[0]?.key}`);
    expect(seen).toEqual(samples.flatMap(({ key }) => [`ask ${key}`, `done ${key}`]));
  });

  test('a method that loses an image is named', async () => {
    const lossy: Method = { ...perfect, key: 'lossy', restore: async () => [] };
    const run = recordsOf({ samples, methods: [lossy], instruments: { judges: [] }, batchSize: 3 });
    await expect(run).rejects.toThrow('method lossy returned 0 images for 3 samples');
  });
});

test('a recogniser judges: images in [-1, 1] with their landmarks, one vector each, nothing left behind', async () => {
  await startEngine({ backend: 'cpu' });
  const recogniser: Parameters<typeof judgeBy>[0] = {
    name: 'stand-in',
    dimensions: 4,
    embed: (images, landmarks) =>
      tf.tidy(
        () => tf.concat([tf.mean(images, [1, 2]), tf.slice(landmarks, [0, 135], [-1, 1])], 1) as tf.Tensor2D,
      ),
  };
  const before = tf.memory().numTensors;
  const white = paint(() => [255, 255, 255]);
  const red = paint(() => [255, 0, 0]);
  const landmarks = [7, 9].map((v) => new Float32Array(136).fill(v));
  const features = await judgeBy(recogniser).embed([white, red], landmarks);
  expect(features.map((vector) => [...vector])).toEqual([
    [1, 1, 1, 7],
    [1, -1, -1, 9],
  ]);
  expect(tf.memory().numTensors).toBe(before);
});

describe('rows without a network', () => {
  test('the mean face fills the hole and leaves the rest', async () => {
    const mean = await meanImage([face(1), face(2)]);
    const shown = sample(3, 'block');
    const [pasted] = await pastedMeanFace(mean).restore([shown]);
    shown.mask.forEach((m, p) => {
      const source = m === 1 ? mean : shown.occluded;
      expect(pasted?.image.data[3 * p]).toBe(source.data[3 * p]);
    });
  });

  test('the mean of images is rounded, not summed up in 8 bits', async () => {
    const levels = [250, 255, 254].map((v) => paint(() => [v, 0, 9]));
    expect([...(await meanImage(levels)).data.subarray(0, 3)]).toEqual([253, 0, 9]);
  });
});

describe('rows of the networks', () => {
  /** Stands in for two trained stages and counts how often they run. */
  function standIn(): Restorer & { runs: string[] } {
    const runs: string[] = [];
    const answer = (blur: number) => toSigned(samples.map((item) => guess(item, { blur, ghost: 0.1 }))).data;
    const restorer: Restorer = async (occluded, shape) => {
      runs.push(shape.join('x'));
      expect(occluded).toEqual(toSigned(samples.map((item) => item.occluded)).data);
      return { structure: answer(3), restored: answer(1.5) };
    };
    return Object.assign(restorer, { runs });
  }

  test('four rows from one run of the networks, each row what its note says', async () => {
    const networks = standIn();
    const methods = networkMethods(networks, true);
    const [stageOne, network, composite, oracle] = await Promise.all(
      methods.map((method) => method.restore(samples)),
    );
    expect(methods.map(({ key }) => key)).toEqual(['stage-one', 'network', 'composite', 'oracle']);
    expect(networks.runs).toEqual(['3x128x128x3']);
    samples.forEach((item, i) => {
      expect(stageOne?.[i]?.image.data).toEqual(guess(item, { blur: 3, ghost: 0.1 }).data);
      const raw = network?.[i]?.image.data as Uint8Array;
      expect(raw).toEqual(guess(item, { blur: 1.5, ghost: 0.1 }).data);
      const hole = composite?.[i]?.hole as Uint8Array;
      item.mask.forEach((m, p) => {
        expect(oracle?.[i]?.image.data[3 * p]).toBe(m === 1 ? raw[3 * p] : item.occluded.data[3 * p]);
        if (hole[p] === 1) expect(composite?.[i]?.image.data[3 * p]).toBe(raw[3 * p]);
      });
      // Far from the hole the composite keeps the input.
      expect(composite?.[i]?.image.data.subarray(0, 300)).toEqual(item.occluded.data.subarray(0, 300));
    });
  });

  test('without guidance there is no row of stage I, and another name may stand before the others', () => {
    const rows = networkMethods(standIn(), false, 'U-Net');
    expect(rows.map(({ label }) => label)).toEqual(['U-Net, network', 'U-Net, composite', 'U-Net, oracle']);
  });

  test('an output that is not a number is refused, not shown as black', async () => {
    const broken: Restorer = async (occluded) => ({ restored: occluded.map(() => Number.NaN) });
    await expect(networkMethods(broken, false)[0]?.restore(samples)).rejects.toThrow(
      'restored image holds NaN',
    );
  });
});

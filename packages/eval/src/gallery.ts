/** The picture of a run's results: single cases, side by side with what was hidden and what is wrong. */
import type { Rgb, Sample } from '@fsg/data';
import { imageGrid } from '@fsg/plots';
import type { MetricKey } from './metrics/cards.ts';
import { ERROR_LIMIT, errorMap, errorScale } from './pictures/error-map.ts';
import type { Method, SampleRecord } from './protocol.ts';

export interface Case {
  /** How the case was chosen, for example `worst`. */
  readonly tag: string;
  readonly sample: Sample;
  readonly record: SampleRecord;
}

export interface GalleryOptions {
  readonly title: string;
  readonly synthetic: boolean;
  readonly cases: readonly Case[];
  /** The columns between the occluded and the clean image. */
  readonly methods: readonly Method[];
  /** The method of the captions' figures and of the error map; one of `methods`. */
  readonly judged: string;
}

/** A PNG with a row a case: occluded, each method's image, clean, error map. Runs the methods on the cases. */
export async function gallery({ title, synthetic, cases, methods, judged }: GalleryOptions): Promise<Buffer> {
  const shown = methods.find(({ key }) => key === judged);
  if (!shown) throw new RangeError(`the gallery shows no method ${judged}`);
  const samples = cases.map(({ sample }) => sample);
  const restored = new Map<string, readonly Rgb[]>();
  for (const method of methods) {
    const images = await method.restore(samples);
    restored.set(
      method.key,
      images.map(({ image }) => image),
    );
  }
  const imageOf = (key: string, i: number): Rgb => restored.get(key)?.[i] as Rgb;
  return imageGrid({
    title,
    synthetic,
    columns: ['occluded', ...methods.map(({ label }) => label), 'clean', `error of ${shown.label}`],
    rows: cases.map(({ tag, sample, record }, i) => ({
      caption: [tag, sample.occluder, ...figures(record, judged)],
      images: [
        sample.occluded,
        ...methods.map(({ key }) => imageOf(key, i)),
        sample.clean,
        errorMap(imageOf(judged, i), sample.clean),
      ],
    })),
    scale: { label: `error: 0 to ${ERROR_LIMIT} of 255`, colours: errorScale(128, 14) },
    note: `figures: ${shown.label} against the clean image`,
  });
}

/** The caption's figures, as far as there are any. */
function figures(record: SampleRecord, method: string): string[] {
  const values = record.scores[method]?.values;
  const line = (name: string, key: MetricKey, digits: number, unit = ''): string[] => {
    const value = values?.[key];
    return value === null || value === undefined ? [] : [`${name} ${value.toFixed(digits)}${unit}`];
  };
  return [
    ...line('hole PSNR', 'psnr_hole', 1, ' dB'),
    ...line('hole SSIM', 'ssim_hole', 2),
    ...line('PSNR', 'psnr', 1, ' dB'),
    ...line('identity', 'similarity', 2),
  ];
}

/** The records with the lowest, middle and highest value of a metric, `each` of a kind, none twice. */
export function selectCases(
  records: readonly SampleRecord[],
  { method, metric, each }: { readonly method: string; readonly metric: MetricKey; readonly each: number },
): { tag: string; record: SampleRecord }[] {
  const known = records.filter((record) => typeof record.scores[method]?.values[metric] === 'number');
  const value = (record: SampleRecord): number => record.scores[method]?.values[metric] as number;
  const sorted = [...known].sort((a, b) => value(a) - value(b));
  const count = Math.min(each, Math.floor(sorted.length / 3));
  if (count === 0) return sorted.map((record) => ({ tag: 'case', record }));
  const middle = Math.floor((sorted.length - count) / 2);
  const take = (tag: string, part: readonly SampleRecord[]) => part.map((record) => ({ tag, record }));
  return [
    ...take('best', sorted.slice(-count).reverse()),
    ...take('median', sorted.slice(middle, middle + count)),
    ...take('worst', sorted.slice(0, count)),
  ];
}

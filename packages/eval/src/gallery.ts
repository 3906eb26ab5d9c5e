/** The picture of a run's results: single cases, side by side with what was hidden and what is wrong. */
import type { Rgb, Sample } from '@fsg/data';
import { imageGrid } from '@fsg/plots';
import { ERROR_LIMIT, errorMap, errorScale } from './pictures/error-map.ts';
import type { Method } from './protocol.ts';

export interface Case {
  /** How the case was chosen, for example `worst`. */
  readonly tag: string;
  readonly sample: Sample;
  /** Lines under its tag and kind of occluder. */
  readonly figures: readonly string[];
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
    rows: cases.map(({ tag, sample, figures }, i) => ({
      caption: [tag, sample.occluder, ...figures],
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

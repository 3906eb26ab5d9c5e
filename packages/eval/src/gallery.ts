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

/** Cases with their pictures, a column each: occluded, restored by each method, clean, error map. */
export interface PicturedCases {
  readonly columns: readonly string[];
  /** Label of the method of the figures and of the error map. */
  readonly judged: string;
  readonly cases: readonly (Case & { readonly pictures: readonly Rgb[] })[];
}

/** Runs the methods on the cases. `judged`: the key of the method of the figures and of the error map, one of them. */
export async function pictureCases(
  cases: readonly Case[],
  methods: readonly Method[],
  judged: string,
): Promise<PicturedCases> {
  const last = methods.findIndex(({ key }) => key === judged);
  if (last < 0) throw new RangeError(`the gallery shows no method ${judged}`);
  const samples = cases.map(({ sample }) => sample);
  const restored: (readonly Rgb[])[] = [];
  for (const method of methods) restored.push((await method.restore(samples)).map(({ image }) => image));
  const labels = methods.map(({ label }) => label);
  return {
    columns: ['occluded', ...labels, 'clean', `error of ${labels[last]}`],
    judged: labels[last] as string,
    cases: cases.map((one, i) => {
      const { occluded, clean } = one.sample;
      const made = restored.map((images) => images[i] as Rgb);
      return { ...one, pictures: [occluded, ...made, clean, errorMap(made[last] as Rgb, clean)] };
    }),
  };
}

/** A PNG with a row a case. */
export const gallery = (
  { columns, judged, cases }: PicturedCases,
  { title, synthetic }: { readonly title: string; readonly synthetic: boolean },
): Promise<Buffer> =>
  imageGrid({
    title,
    synthetic,
    columns,
    rows: cases.map(({ tag, sample, figures, pictures }) => ({
      caption: [tag, sample.occluder, ...figures],
      images: pictures,
    })),
    scale: { label: `error: 0 to ${ERROR_LIMIT} of 255`, colours: errorScale(128, 14) },
    note: `figures: ${judged} against the clean image`,
  });

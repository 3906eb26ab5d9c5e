/** How `fsg train` measures and looks at a training: restored faces in both stages of FSG-GAN, verification for recognisers. */
import { allSamples, evaluationSamples, type FaceSet, type OpenData, type Rgb } from '@fsg/data';
import { judgeBy, psnr, ssim, verificationAuc } from '@fsg/eval';
import type { RecogniserOptions } from '@fsg/models';
import { imageGrid } from '@fsg/plots';
import { type Run, writeArtifact } from '@fsg/runs';
import {
  type Metric,
  meanMetrics,
  type RestoredPair,
  type RestoringStage,
  recogniserOf,
  restorePairs,
  type Stage1Recipe,
  type Stage2Recipe,
  type Validation,
} from '@fsg/trainer';

const METRICS: readonly Metric[] = [
  { name: 'psnr_hole', measure: ({ data }, clean, mask) => psnr(data, clean.data, mask) },
  { name: 'psnr', measure: ({ data }, clean) => psnr(data, clean.data) },
  { name: 'ssim', measure: ({ data, width, height }, clean) => ssim(data, clean.data, width, height) },
];

/** Faces that recognisers embed at once. */
const EMBEDDED = 16;

export async function restorationValidation(
  run: Run,
  stage: RestoringStage,
  recipe: Stage1Recipe | Stage2Recipe,
  data: OpenData,
  faces: FaceSet,
): Promise<Validation> {
  const samples = await allSamples(evaluationSamples(data, faces, recipe.validation.count));
  const shown = samples.slice(0, recipe.samples.count);
  return {
    best: 'validation/psnr_hole',
    measure: async (state) => meanMetrics(restorePairs(stage, state, samples, recipe.batch), METRICS),
    draw: async (state) => {
      const pictures = restorePairs(stage, state, shown, recipe.batch);
      await drawSamples(run, state.step, pictures, data.source.synthetic);
    },
  };
}

/** The area under the ROC curve over all pairs of validation faces. */
export function verificationValidation(options: RecogniserOptions, faces: FaceSet): Validation {
  const all = Array.from({ length: faces.size }, (_, i) => faces.face(i));
  return {
    best: 'validation/verification_auc',
    measure: async ({ networks }) => {
      const recogniser = recogniserOf(networks, options);
      const judge = judgeBy(recogniser);
      const features: Float32Array[] = [];
      for (let i = 0; i < all.length; i += EMBEDDED) {
        const some = all.slice(i, i + EMBEDDED);
        const rows = await judge.embed(
          some.map(({ image }) => image),
          some.map(({ landmarks }) => landmarks),
        );
        features.push(...rows);
      }
      recogniser.dispose();
      const identities = all.map(({ identity }) => identity);
      return { 'validation/verification_auc': verificationAuc(identities, features) };
    },
  };
}

/** artifacts/samples/step-00000100.png: the same validation faces at every step. */
async function drawSamples(
  run: Run,
  step: number,
  pictures: readonly RestoredPair[],
  synthetic: boolean,
): Promise<void> {
  const made = (['structure', 'restored'] as const).filter((name) => pictures.some((one) => one[name]));
  const png = await imageGrid({
    title: `${run.record.recipe}, step ${step}`,
    synthetic,
    columns: ['occluded', ...made, 'clean'],
    rows: pictures.map((picture) => ({
      caption: [picture.occluder],
      images: [picture.occluded, ...made.map((name) => picture[name] as Rgb), picture.clean],
    })),
  });
  await writeArtifact(run, `samples/step-${String(step).padStart(8, '0')}.png`, png);
}

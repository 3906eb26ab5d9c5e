/** The networks that measure pictures: recognisers, packaged and a user's own, and LPIPS and Inception where a user supplies their weights. */
import { openDetector } from '@fsg/data/detection';
import { featuresBy, type Instruments, judgeBy, perceptualDistanceBy } from '@fsg/eval';
import { openInception, openLpips, openRecogniser, RECOGNISERS, type Recogniser } from '@fsg/models';
import { z } from 'zod';
import { recogniserOf } from './network-source.ts';

/** Weight files, and what costs too much to be measured unasked. */
export const InstrumentsConfig = z.strictObject({
  /** LPIPS: torchvision's backbone and the lpips package's linear layers. */
  lpips: z.strictObject({ backbone: z.string(), linear: z.string() }).optional(),
  /** FID: pytorch-fid's Inception. */
  inception: z.string().optional(),
  /** Recognisers beside the packaged ones, by the names of their figures: what a recipe's `recogniser` may be. */
  judges: z
    .record(
      z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'expected a name of small letters, digits and hyphens'),
      z.string(),
    )
    .refine((judges) => !RECOGNISERS.some((name) => name in judges), {
      error: `${RECOGNISERS.join(' and ')} judge anyway; expected another name`,
    })
    .default({}),
  /** Whether landmark errors are measured. */
  landmarks: z.boolean().default(false),
});
export type InstrumentsConfig = z.infer<typeof InstrumentsConfig>;

export interface OpenInstruments {
  readonly instruments: Instruments;
  /** Recognisers by name, with the SHA-256 of their weights. */
  readonly judges: readonly { readonly name: string; readonly hash: string }[];
  /** SHA-256 of each network's weights: other ones measure otherwise. */
  readonly hashes: Readonly<Record<string, unknown>>;
  dispose(): void;
}

/** `runs`: where runs of stage recogniser lie. Throws a UserError where a file holds another network. */
export async function openInstruments(
  { judges: own, lpips, inception, landmarks }: InstrumentsConfig,
  runs: string,
): Promise<OpenInstruments> {
  const judges = new Map<string, Recogniser>();
  for (const name of RECOGNISERS) judges.set(name, await openRecogniser(name));
  for (const [name, reference] of Object.entries(own))
    judges.set(name, await recogniserOf(reference, {}, runs));
  const perceptual = lpips && (await openLpips(lpips));
  const features = inception === undefined ? undefined : await openInception(inception);
  const detector = landmarks ? await openDetector() : undefined;
  return {
    instruments: {
      judges: [...judges].map(([name, recogniser]) => ({ ...judgeBy(recogniser), name })),
      ...(perceptual && { perceptual: perceptualDistanceBy(perceptual) }),
      ...(features && { inception: featuresBy(features) }),
      ...(detector && { findMesh: async (picture) => (await detector.detect(picture))[0]?.mesh ?? null }),
    },
    judges: [...judges].map(([name, { hash }]) => ({ name, hash })),
    hashes: {
      ...Object.fromEntries([...judges].map(([name, { hash }]) => [name, hash])),
      ...(perceptual && { [perceptual.name]: perceptual.hashes }),
      ...(features && { [features.name]: features.hash }),
      ...(detector && { landmarks: detector.name }),
    },
    dispose: () => {
      for (const network of [...judges.values(), perceptual, features, detector]) network?.dispose();
    },
  };
}

/** The networks that measure pictures: packaged recognisers, and LPIPS and Inception where a user supplies their weights. */
import { openDetector } from '@fsg/data/detection';
import { featuresBy, type Instruments, judgeBy, perceptualDistanceBy } from '@fsg/eval';
import { openInception, openLpips, openRecogniser, RECOGNISERS, type Recogniser } from '@fsg/models';
import { z } from 'zod';

/** Weight files, and what costs too much to be measured unasked. */
export const InstrumentsConfig = z.strictObject({
  /** LPIPS: torchvision's backbone and the lpips package's linear layers. */
  lpips: z.strictObject({ backbone: z.string(), linear: z.string() }).optional(),
  /** FID: pytorch-fid's Inception. */
  inception: z.string().optional(),
  /** Whether landmark errors are measured. */
  landmarks: z.boolean().default(false),
});
export type InstrumentsConfig = z.infer<typeof InstrumentsConfig>;

export interface OpenInstruments {
  readonly instruments: Instruments;
  readonly judges: readonly string[];
  /** SHA-256 of each network's weights: other ones measure otherwise. */
  readonly hashes: Readonly<Record<string, unknown>>;
  dispose(): void;
}

/** Throws a UserError where a file holds another network. */
export async function openInstruments({
  lpips,
  inception,
  landmarks,
}: InstrumentsConfig): Promise<OpenInstruments> {
  const recognisers: Recogniser[] = [];
  for (const name of RECOGNISERS) recognisers.push(await openRecogniser(name));
  const perceptual = lpips && (await openLpips(lpips));
  const features = inception === undefined ? undefined : await openInception(inception);
  const detector = landmarks ? await openDetector() : undefined;
  return {
    instruments: {
      judges: recognisers.map(judgeBy),
      ...(perceptual && { perceptual: perceptualDistanceBy(perceptual) }),
      ...(features && { inception: featuresBy(features) }),
      ...(detector && { findMesh: async (picture) => (await detector.detect(picture))[0]?.mesh ?? null }),
    },
    judges: recognisers.map(({ name }) => name),
    hashes: {
      ...Object.fromEntries(recognisers.map(({ name, hash }) => [name, hash])),
      ...(perceptual && { [perceptual.name]: perceptual.hashes }),
      ...(features && { [features.name]: features.hash }),
      ...(detector && { landmarks: detector.name }),
    },
    dispose: () => {
      for (const network of [...recognisers, perceptual, features, detector]) network?.dispose();
    },
  };
}

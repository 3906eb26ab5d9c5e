/** Makes a composed pair's pictures worse as cameras and stores do: it moves, is noisy, becomes a JPEG. The mask stays as it is. */
import { z } from 'zod';
import { anyDirection } from '../draw/point.ts';
import type { Degradation, Rgb } from '../face.ts';
import { range } from '../occluders/kind.ts';
import type { Random } from '../random.ts';
import { motionBlurred } from './motion-blur.ts';
import { noiseField, noisy } from './noise.ts';

/** Share of the pairs that have the fault. */
const share = z.number().min(0).max(1).default(1);

export const DegradeConfig = z.strictObject({
  /** How far the picture moves while it is taken, in pixels, in any direction. */
  motionBlur: z.strictObject({ length: range(0, 64), share }).optional(),
  /** Standard deviation of normal noise, in levels of 255. */
  noise: z.strictObject({ sigma: range(0, 128), share }).optional(),
  /** As libjpeg counts it; rounded. */
  jpeg: z.strictObject({ quality: range(1, 100), share }).optional(),
  /** Clean and occluded picture alike, moved and speckled the same, or the occluded one alone. */
  on: z.enum(['both', 'input']).default('both'),
});
export type DegradeConfig = z.infer<typeof DegradeConfig>;

interface Pair {
  readonly clean: Rgb;
  readonly occluded: Rgb;
  readonly degrade: Degradation | null;
}

/** The pair with what chance does to it, if anything. */
export async function degrade<P extends Pair>(pair: P, config: DegradeConfig, random: Random): Promise<P> {
  const how = faultsOf(config, random);
  if (how.motionBlur === null && how.noise === null && how.jpeg === null) return pair;
  const noise = how.noise === null ? null : noiseField(pair.occluded.data.length, random);
  const worse = (picture: Rgb): Promise<Rgb> => degraded(picture, how, noise);
  return {
    ...pair,
    ...(how.on === 'both' && { clean: await worse(pair.clean) }),
    occluded: await worse(pair.occluded),
    degrade: how,
  };
}

/** Rounded, so that what is written down is what was done. */
function faultsOf({ motionBlur, noise, jpeg, on }: DegradeConfig, random: Random): Degradation {
  const happens = ({ share }: { readonly share: number }): boolean => random.next() < share;
  const moved = (length: readonly [number, number]): Degradation['motionBlur'] => {
    const { x, y } = anyDirection(random);
    const way = random.uniform(...length);
    return { x: rounded(way * x), y: rounded(way * y) };
  };
  return {
    on,
    motionBlur: motionBlur && happens(motionBlur) ? moved(motionBlur.length) : null,
    noise: noise && happens(noise) ? rounded(random.uniform(...noise.sigma)) : null,
    jpeg: jpeg && happens(jpeg) ? Math.round(random.uniform(...jpeg.quality)) : null,
  };
}

const rounded = (value: number): number => Math.round(value * 100) / 100 + 0;

async function degraded(
  picture: Rgb,
  { motionBlur, jpeg, noise: sigma }: Degradation,
  noise: Float32Array | null,
): Promise<Rgb> {
  const moved = motionBlur ? motionBlurred(picture, motionBlur) : picture;
  const speckled = noise && sigma !== null ? noisy(moved, noise, sigma) : moved;
  if (jpeg === null) return speckled;
  const { throughJpeg } = await import('./jpeg.ts');
  return throughJpeg(speckled, jpeg);
}

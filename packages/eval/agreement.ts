/**
 * How far the metrics are from the libraries that people trust, on the golden values of test/golden, which their scripts made:
 * npx tsx packages/eval/agreement.ts. The same golden values hold the tests.
 */
import { startEngine } from '@fsg/engine';
import {
  areaUnderCurve,
  equalErrorRate,
  frechetDistanceTo,
  tarAtFar,
  verificationAccuracy,
} from './src/index.ts';
import { landmarkError } from './src/metrics/landmarks.ts';
import { measurePair } from './src/metrics/measure-pair.ts';
import { measureRelease } from './src/metrics/release.ts';
import { pictureRegions } from './src/pictures/regions.ts';
import { normalCdf, normalQuantile } from './src/statistics/normal.ts';
import fid from './test/golden/fid.json' with { type: 'json' };
import recognition from './test/golden/recognition.json' with { type: 'json' };
import { areaMask, fidFeatures, golden, lcg, pairOfCase, scoredPairs, statisticsOf } from './test/golden.ts';

/** A value found, and the peer's. */
type Compared = readonly [found: number, peer: number];

const [scikitImage, torchmetrics] = golden.origin.split(', ');
const [scikitLearn, scipy] = recognition.origin.split(', ');

function pictures(): Map<string, Compared> {
  const found = new Map<string, Compared>();
  for (const one of golden.pictures) {
    const { width, height, name } = one;
    const { restored, clean } = pairOfCase(one);
    const part = areaMask(width, height, one.part);
    const regions = pictureRegions(areaMask(width, height, one.hole), width, height, { part });
    const measured = {
      ...measurePair(restored, clean, width, height, regions).values,
      ...measureRelease(restored, clean, width, height).values,
    };
    for (const [key, value] of Object.entries<number | null>({ ...one.values, ...one.release })) {
      if (value !== null) found.set(`${key} ${name}`, [measured[key] as number, value]);
    }
  }
  return found;
}

function verification(): Compared[] {
  const { pairs, scores } = scoredPairs(11);
  const same = pairs.map((pair) => pair.same);
  const { plain, fars, accuracy } = recognition.verification;
  return [
    [areaUnderCurve(scores, same), plain.auc],
    [equalErrorRate(scores, same), plain.eer],
    [verificationAccuracy(scores, pairs).mean, accuracy],
    ...fars.map((far, i): Compared => [tarAtFar(scores, same, far).tar, plain.tar[i] as number]),
  ];
}

function landmarks(): Compared[] {
  const byte = lcg(golden.landmarks.seed);
  const truth = Float32Array.from({ length: 136 }, () => byte() / 2);
  const found = truth.map((value) => value + byte() / 64 - 2);
  return [[landmarkError(found, truth) as number, golden.landmarks.error]];
}

const normal = (): Compared[] => [
  ...golden.normal.points.map((z, i): Compared => [normalCdf(z), golden.normal.cdf[i] as number]),
  ...golden.normal.probabilities.map(
    (p, i): Compared => [normalQuantile(p), golden.normal.quantiles[i] as number],
  ),
];

/** Relative. By singular values the distance is exact where SciPy's square root of a singular product, which pytorch-fid takes, is not. */
const frechet = (): Compared[] =>
  fid.cases.map(({ dimensions, counts, exact }) => {
    const [a, b] = counts.map((count, i) =>
      statisticsOf(fidFeatures([1, 5][i] as number, count, dimensions), 7),
    ) as [ReturnType<typeof statisticsOf>, ReturnType<typeof statisticsOf>];
    return [frechetDistanceTo(b)(a).value / exact, 1];
  });

await startEngine();
const measured = pictures();
const keyed = (pattern: RegExp): Compared[] =>
  [...measured].filter(([key]) => pattern.test(key.split(' ')[0] as string)).map(([, pair]) => pair);
const rows: readonly (readonly [string, string | undefined, Compared[]])[] = [
  ['PSNR, whole and by region, dB', scikitImage, keyed(/^psnr(?!_(release|stretched))/)],
  ['SSIM, whole and by region', scikitImage, keyed(/^ssim(?!_(release|stretched))/)],
  ['L1, whole and by region, levels', 'NumPy', keyed(/^l1/)],
  ['MS-SSIM', torchmetrics, keyed(/^ms_ssim/)],
  ['the release’s PSNR and SSIM', scikitImage, keyed(/_(release|stretched)$/)],
  ['landmark error, %', 'NumPy', landmarks()],
  ['AUC, EER, TAR at FAR, 10-fold accuracy', scikitLearn, verification()],
  ['normal distribution and its quantiles (BCa)', scipy, normal()],
  ['Fréchet distance, relative', 'NumPy’s singular values', frechet()],
];
console.log('| metric | beside | values | largest difference |\n|---|---|---:|---:|');
for (const [metric, peer, pairs] of rows) {
  const most = Math.max(...pairs.map(([found, wanted]) => Math.abs(found - wanted)));
  console.log(`| ${metric} | ${peer} | ${pairs.length} | ${most.toExponential(1)} |`);
}

/** Do the people of a source pass as faces for networks that were trained on real ones? */
import type { Face, FaceSource } from '@fsg/data';
import { openRecogniser, RECOGNISERS } from '@fsg/models';
import { type Detection, detectionRate, photographedFaces } from './detection.ts';
import { openFaceApi } from './face-api.ts';
import { embedFaces, loadFaces, type Verification, verify } from './verification.ts';

export interface FaceReport {
  readonly source: string;
  readonly synthetic: boolean;
  readonly identities: number;
  readonly images: number;
  readonly detection: { readonly source: Detection; readonly photographs: Detection };
  /** By the recogniser's name: against all other people, and against those of the same class. */
  readonly verification: Readonly<
    Record<string, { readonly all: Verification; readonly alike: Verification }>
  >;
}

export interface FaceQuestions {
  /** The pictures in which the detector looks; best drawn with some margin around the face. */
  readonly wide: readonly Pick<Face, 'image' | 'landmarks'>[];
  /** The class of picture `index`'s person: people of one class look alike at first glance (skin, hair). */
  readonly classOf: (index: number) => string;
}

export async function reportFaces(source: FaceSource, { wide, classOf }: FaceQuestions): Promise<FaceReport> {
  const faces = await loadFaces(source);
  const classes = new Map(source.faces.map(({ identity }, index) => [identity, classOf(index)]));
  const api = await openFaceApi();
  const detection = {
    source: await detectionRate(wide, api),
    photographs: await detectionRate(await photographedFaces(api), api),
  };
  const verification: Record<string, { all: Verification; alike: Verification }> = {};
  for (const name of RECOGNISERS) {
    const recogniser = await openRecogniser(name);
    const embedded = await embedFaces(faces, recogniser);
    recogniser.dispose();
    verification[name] = {
      all: verify(embedded),
      alike: verify(embedded, (a, b) => classes.get(a) === classes.get(b)),
    };
  }
  const { name, synthetic } = source;
  return { source: name, synthetic, identities: classes.size, images: faces.length, detection, verification };
}

/** The report as text, a line a figure. */
export function reportText({
  source,
  synthetic,
  identities,
  images,
  detection,
  verification,
}: FaceReport): string {
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  const rate = ({ found, n, rate, rateAtHalf, meanScore }: Detection): string =>
    `${found} of ${n} (${percent(rate)}), ${percent(rateAtHalf)} at confidence 0.5, mean score ${meanScore.toFixed(3)}`;
  const row = (name: string, { auc, genuine, impostor, meanGenuine, meanImpostor }: Verification): string =>
    `${name.padEnd(36)} ${auc.toFixed(4)}  ${meanGenuine.toFixed(3)} / ${meanImpostor.toFixed(3)}            ${genuine} / ${impostor}`;
  return [
    `${source}${synthetic ? ' (synthetic)' : ''}: ${identities} people, ${images} pictures`,
    `${'found by the SSD detector'.padEnd(36)} ${rate(detection.source)}`,
    `${'  people on photographs'.padEnd(36)} ${rate(detection.photographs)}`,
    `${'verification'.padEnd(36)} AUC     similarity same / other  pairs same / other`,
    ...Object.entries(verification).flatMap(([name, { all, alike }]) => [
      row(`${name}, all others`, all),
      row(`${name}, others of the same class`, alike),
    ]),
  ].join('\n');
}

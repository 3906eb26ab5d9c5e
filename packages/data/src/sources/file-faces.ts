/** Picture files as a face source: decoded, aligned, with landmarks and mesh. */
import { createHash } from 'node:crypto';
import { UserError } from '../error.ts';
import type { Face, FaceSource } from '../face.ts';
import { anglesOf, headPose } from '../mesh/head-pose.ts';
import { landmarksOf } from '../mesh/landmarks68.ts';
import { decodePicture } from '../picture.ts';
import { UnusableFace } from '../unusable.ts';
import type { FileSource } from './config.ts';
import { differenceOf } from './difference.ts';
import { type LandmarkSource, openLandmarks } from './landmark-source.ts';
import { openPictures } from './open-pictures.ts';
import type { Picture, PictureSource } from './picture-source.ts';
import { placeFace } from './placement.ts';

/** Throws a `UserError` where the source or its file of landmarks is not as it should be. */
export async function fileFaces(config: FileSource): Promise<FaceSource> {
  const source = await openPictures(config);
  const { name, composed, pictures, notes } = source;
  const landmarks = await openLandmarks(config, source);
  const size = await sizeOf(config, source);
  let fingerprint: string | undefined;
  return {
    name,
    synthetic: false,
    size,
    composed,
    notes,
    inputs: landmarks.sha256 ? { landmarks: landmarks.sha256 } : {},
    get fingerprint() {
      fingerprint ??= fingerprintOf(source, landmarks.sha256);
      return fingerprint;
    },
    faces: pictures.map(({ file: _, occluded: __, ...ref }) => ref),
    async load(index) {
      const picture = pictures[index];
      if (!picture) throw new RangeError(`face ${index} of ${pictures.length} in ${config.root}`);
      const face = await loadFace(config, source, landmarks, picture);
      if (same(face.image, size)) return face;
      throw new UnusableFace(
        picture.file,
        `it is ${shown(face.image)} where the first one is ${shown(size)}`,
      );
    },
  };
}

type Size = FaceSource['size'];
const same = (a: Size, b: Size): boolean => a.width === b.width && a.height === b.height;
const shown = ({ width, height }: Size): string => `${width} x ${height}`;

/** Where pictures stay as they are, the first one that can be read gives the size of all. */
async function sizeOf({ align, root }: FileSource, { pictures, files }: PictureSource): Promise<Size> {
  if (align !== 'none') return { width: align.size, height: align.size };
  for (const { file } of pictures) {
    try {
      const { width, height } = await decodePicture(await files.read(file), file);
      return { width, height };
    } catch (error) {
      if (!(error instanceof UnusableFace)) throw error;
    }
  }
  throw new UserError(`${root}: none of its ${pictures.length} pictures can be read`);
}

async function loadFace(
  config: FileSource,
  { files }: PictureSource,
  landmarks: LandmarkSource,
  { file, occluded, ...ref }: Picture,
): Promise<Face> {
  const original = await decodePicture(await files.read(file), file);
  const { mesh, aligned } = placeFace(file, original, landmarks.of(file, original), config.align);
  const image = aligned(original);
  const face = { ...ref, image, mesh, landmarks: landmarksOf(mesh), pose: anglesOf(headPose(mesh)) };
  if (occluded === undefined || config.kind !== 'pairs') return face;
  const second = await decodePicture(await files.read(occluded), occluded);
  if (!same(second, original)) {
    throw new UnusableFace(occluded, `it is ${shown(second)} where its clean picture is ${shown(original)}`);
  }
  const occlusion = differenceOf(image, aligned(second), config);
  if (occlusion.mask.includes(1)) return { ...face, occlusion };
  throw new UnusableFace(
    occluded,
    `nowhere does it differ by more than ${config.threshold} from its clean picture`,
  );
}

/** Of lists, landmarks, and names and sizes of the pictures. */
function fingerprintOf({ lists, pictures, files }: PictureSource, landmarks: string): string {
  const hash = createHash('sha256').update(JSON.stringify([...lists, landmarks]));
  for (const { file, occluded } of pictures) {
    hash.update(JSON.stringify([file, files.sizeOf(file) ?? null]));
    if (occluded !== undefined) hash.update(JSON.stringify([occluded, files.sizeOf(occluded) ?? null]));
  }
  return hash.digest('hex');
}

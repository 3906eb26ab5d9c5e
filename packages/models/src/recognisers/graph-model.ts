/** A user's own recogniser: a tfjs graph model with a file that says how a face is given to it. */
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { graphModel, type NamedTensors, type Tensor2D, type Tensor4D, tf } from '@fsg/engine';
import { UserError } from '@fsg/engine/error';
import { z } from 'zod';
import { sha256 } from '../sha256.ts';
import { LEFT_EYE, MOUTH_LEFT, MOUTH_RIGHT, RIGHT_EYE } from './align.ts';
import { faceCrop } from './crop.ts';
import { luma } from './light-cnn.ts';
import { type Recogniser, unitRows } from './recogniser.ts';

const point = z.tuple([z.number(), z.number()]);

const Description = z.strictObject({
  /** Under which its figures stand. */
  name: z.string().min(1),
  /** The model's JSON file, from this file's folder; its weights beside it. */
  model: z.string().min(1),
  /** Height and width of its input [B, size, size, C]. */
  size: z.number().int().min(8).max(1024),
  channels: z.enum(['rgb', 'bgr', 'luma']).default('rgb'),
  /** What black and white are for it. */
  range: z.tuple([z.number(), z.number()]).default([-1, 1]),
  /** Where its training had the eyes' centres and the corners of the mouth, in pixels of its input. */
  template: z.strictObject({ leftEye: point, rightEye: point, mouthLeft: point, mouthRight: point }),
  /** The node that gives the features [B, D]; left out: the model's output. */
  output: z.string().optional(),
});
type Description = z.infer<typeof Description>;

const Manifest = z.object({
  modelTopology: z.record(z.string(), z.unknown()),
  weightsManifest: z.array(z.object({ paths: z.array(z.string()), weights: z.array(z.unknown()) })),
});

/**
 * Opens the recogniser that a JSON file describes. Alignment: a similarity carries eyes and mouth onto the template; what
 * the picture does not show is filled with its border. Throws a UserError where the description or the model is wrong.
 */
export async function openGraphRecogniser(path: string): Promise<Recogniser> {
  const description = await readDescription(path);
  const { network, hash } = await loadModel(join(dirname(path), description.model));
  const { leftEye, rightEye, mouthLeft, mouthRight } = description.template;
  const anchors = [
    { landmarks: LEFT_EYE, x: leftEye[0], y: leftEye[1] },
    { landmarks: RIGHT_EYE, x: rightEye[0], y: rightEye[1] },
    { landmarks: MOUTH_LEFT, x: mouthLeft[0], y: mouthLeft[1] },
    { landmarks: MOUTH_RIGHT, x: mouthRight[0], y: mouthRight[1] },
  ];
  const faces = faceCrop(anchors, description.size);
  const features = (images: Tensor4D, landmarks: Tensor2D): Tensor2D => {
    const given = preprocessed(faces.of(images, landmarks), description);
    return tf.reshape(network.execute(given, description.output) as Tensor2D, [images.shape[0], -1]);
  };
  const dimensions = tf.tidy(() => features(tf.zeros([1, 128, 128, 3]), tf.tensor2d([FRONTAL])).shape[1]);
  return {
    name: description.name,
    dimensions,
    hash: sha256(Buffer.from(JSON.stringify([description, hash]))),
    frozen: { ...weightsOf(network), ...faces.frozen },
    embed: (images, landmarks) => tf.tidy(() => unitRows(features(images, landmarks))),
    dispose: () => {
      network.dispose();
      tf.dispose(faces.frozen);
    },
  };
}

/** Landmarks of no face in particular, on a circle: enough for an alignment. */
const FRONTAL = Array.from(
  { length: 136 },
  (_, i) => 64 + 40 * (i % 2 === 0 ? Math.cos(i) : Math.sin(i - 1)),
);

/** [-1, 1] to the model's range, channels in its order. */
function preprocessed(faces: Tensor4D, { channels, range: [black, white] }: Description): Tensor4D {
  const ordered = channels === 'luma' ? luma(faces) : channels === 'bgr' ? tf.reverse(faces, 3) : faces;
  return tf.add(tf.mul(ordered, (white - black) / 2), (white + black) / 2);
}

async function readDescription(path: string): Promise<Description> {
  const parsed = Description.safeParse(await readJson(path));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new UserError(`${path}: ${issue?.path.join('.') || 'the file'}: ${issue?.message}`);
}

async function loadModel(path: string): Promise<{ network: tf.GraphModel; hash: string }> {
  const parsed = Manifest.safeParse(await readJson(path));
  if (!parsed.success)
    throw new UserError(`${path}: no tfjs graph model: it lacks modelTopology or weightsManifest`);
  const { weightsManifest } = parsed.data;
  const shards = weightsManifest.flatMap(({ paths }) => paths.map((name) => join(dirname(path), name)));
  const bytes = Buffer.concat(await Promise.all(shards.map(read)));
  try {
    return {
      network: await graphModel(parsed.data, bytes),
      hash: sha256(Buffer.concat([Buffer.from(JSON.stringify(parsed.data.modelTopology)), bytes])),
    };
  } catch (error) {
    throw new UserError(`${path}: tfjs cannot load it: ${(error as Error).message.split('\n')[0]}`);
  }
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse((await read(path)).toString('utf8'));
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`${path}: not JSON: ${(error as Error).message}`);
  }
}

const read = (path: string): Promise<Buffer> =>
  readFile(path).catch((error: Error) => {
    throw new UserError(`cannot read ${path}: ${error.message}`);
  });

/** Every tensor that a graph model reads besides its inputs. */
export const weightsOf = (network: tf.GraphModel): NamedTensors =>
  Object.fromEntries(
    Object.entries(network.weights).flatMap(([name, [tensor]]) => (tensor ? [[name, tensor]] : [])),
  );

/**
 * FaceRes: a MobileNet for identity, age and sex (1,024 features), packaged by human.
 * Source: HSE-asavchenko/HSE_FaceRec_tf; converted by vladmandic.
 */
import { type Tensor4D, tf } from '@fsg/engine';
import { openPackagedGraph } from '@fsg/engine/packaged';
import { sha256 } from '../sha256.ts';
import { type Anchor, LEFT_EYE, MOUTH_LEFT, MOUTH_RIGHT, RIGHT_EYE } from './align.ts';
import { faceCrop } from './crop.ts';
import { weightsOf } from './graph-model.ts';
import { type Recogniser, unitRows } from './recogniser.ts';

const PACKAGE = '@vladmandic/human';
const SIZE = 224;
/** The network was trained on channels in the order B, G, R with these means taken off (human itself feeds R, G, B in 0 … 255). */
const MEAN_BGR = [103.939, 116.779, 123.68];
/** What the node `global_pooling/Mean` takes the mean of; done here, because tfjs's node reads its axes back. */
const LAST_MAP = 'conv_pw_13_relu/clip_by_value';

/** Eyes and mouth at the scale of human's own crop (read off 22 photographed people), in dlib's mean proportions. */
const TEMPLATE: readonly Anchor[] = [
  { landmarks: LEFT_EYE, x: 80.5, y: 83 },
  { landmarks: RIGHT_EYE, x: 142.5, y: 83 },
  { landmarks: MOUTH_LEFT, x: 84, y: 149 },
  { landmarks: MOUTH_RIGHT, x: 139, y: 149 },
];

/**
 * Opens the packaged network. Alignment: a similarity (shift, scale, roll) carries eyes and mouth to where human's crop has
 * them; what the picture does not show is filled with its border. Preprocessing: 8-bit BGR less the training's means. Its
 * gradient needs a depthwise kernel that wasm lacks. Throws a UserError where the package is not installed.
 */
export async function openFaceres(): Promise<Recogniser> {
  const { network, weights } = await openPackagedGraph({
    packageName: PACKAGE,
    path: 'models/faceres',
    from: import.meta.url,
  });
  const faces = faceCrop(TEMPLATE, SIZE);
  return {
    name: 'faceres',
    dimensions: 1024,
    hash: sha256(weights),
    frozen: { ...weightsOf(network), ...faces.frozen },
    embed: (images, landmarks) =>
      tf.tidy(() => {
        const bgr = tf.reverse(faces.of(images, landmarks), 3);
        const input = tf.sub(tf.mul(tf.add(bgr, 1), 127.5), MEAN_BGR);
        return unitRows(tf.mean(network.execute(input, LAST_MAP) as Tensor4D, [1, 2]));
      }),
    dispose: () => {
      network.dispose();
      tf.dispose(faces.frozen);
    },
  };
}

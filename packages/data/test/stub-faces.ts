/** Crude heads, the mean face turned in space on a speckled oval: enough to place occluders on at any pose. */
import type { Face, FaceSource, Pose } from '../src/face.ts';
import { landmarksOf } from '../src/mesh/landmarks68.ts';
import { quantised } from '../src/mesh/mesh.ts';
import { MESH_POINTS, neutral } from '../src/mesh/template.ts';
import { random } from '../src/random.ts';
import { rotation } from '../src/synthetic/math.ts';

export interface StubOptions {
  readonly pose?: Pose;
  /** Half the face's width in pixels. */
  readonly size?: number;
  readonly seed?: number;
}

export function stubFace(
  key: string,
  { pose = { yaw: 0, pitch: 0, roll: 0 }, size = 30, seed = 0 }: StubOptions = {},
): Face {
  const stream = random('stub', key, seed);
  const centre = { x: 64 + stream.uniform(-3, 3), y: 52 + stream.uniform(-3, 3) };
  const shape = { wide: stream.uniform(0.9, 1.1), tall: stream.uniform(0.9, 1.1) };
  const m = rotation(pose.yaw, pose.pitch, pose.roll);
  const scale = size / HALF_WIDTH;
  const mesh = new Float32Array(3 * MESH_POINTS);
  for (let v = 0; v < MESH_POINTS; v++) {
    const [x, y, z] = [neutral[3 * v]! * shape.wide, neutral[3 * v + 1]! * shape.tall, neutral[3 * v + 2]!];
    mesh[3 * v] = centre.x + scale * (m[0] * x + m[1] * y + m[2] * z);
    mesh[3 * v + 1] = centre.y - scale * (m[3] * x + m[4] * y + m[5] * z - EYES);
    mesh[3 * v + 2] = scale * (m[6] * x + m[7] * y + m[8] * z);
  }
  const skin = [stream.uniform(90, 230), stream.uniform(60, 180), stream.uniform(40, 150)];
  const data = new Uint8Array(128 * 128 * 3);
  for (let i = 0; i < 128 * 128; i++) {
    const [x, y] = [
      ((i % 128) - centre.x) / size,
      (Math.floor(i / 128) - centre.y - 0.5 * size) / (1.3 * size),
    ];
    const inside = x * x + y * y < 1.3;
    const speckle = (Math.imul(i, 2654435761) >>> 28) - 8;
    for (let c = 0; c < 3; c++) {
      const value = inside ? (skin[c] as number) * (1 - 0.2 * x) : 60 + 40 * c;
      data[3 * i + c] = Math.min(255, Math.max(0, value + speckle));
    }
  }
  return {
    key,
    identity: key.split('-')[0] as string,
    image: { width: 128, height: 128, data },
    mesh: quantised(mesh),
    landmarks: landmarksOf(quantised(mesh)),
    pose,
  };
}

/** Of the mean face, in cm: half its width, and the height of its eyes. */
const HALF_WIDTH = -neutral[3 * 234]!;
const EYES = neutral[3 * 33 + 1]!;

/** `identities` heads with some pictures each, in small turns. */
export function stubSource(identities: number, imagesPerIdentity: number): FaceSource {
  const faces = Array.from({ length: identities * imagesPerIdentity }, (_, i) => {
    const identity = `p${Math.floor(i / imagesPerIdentity)}`;
    return { key: `${identity}-${i % imagesPerIdentity}`, identity };
  });
  return {
    name: 'stub',
    synthetic: true,
    size: { width: 128, height: 128 },
    composed: false,
    fingerprint: '',
    faces,
    load: async (index) => {
      const { key } = faces[index] as { key: string };
      const stream = random('pose', key);
      return stubFace(key, {
        pose: { yaw: stream.uniform(-25, 25), pitch: stream.uniform(-10, 10), roll: stream.uniform(-8, 8) },
      });
    },
  };
}

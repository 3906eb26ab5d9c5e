/** A crude head, an ellipsoid with 68 landmarks turned in space: enough to place occluders on at any pose. */
import type { Face, FaceSource, Pose } from '../src/face.ts';
import { random } from '../src/random.ts';

type Point3 = readonly [x: number, y: number, z: number];

/** In half face widths: x to the picture's right, y down, z to the viewer, origin between the eyes. */
const MODEL: readonly Point3[] = [
  ...Array.from({ length: 17 }, (_, i): Point3 => {
    const t = ((i - 8) / 8) * (Math.PI / 2);
    return [Math.sin(t), 0.05 + 1.5 * Math.cos(t), -0.75 * Math.abs(Math.sin(t)) - 0.05];
  }),
  ...[-0.78, -0.64, -0.5, -0.36, -0.22, 0.22, 0.36, 0.5, 0.64, 0.78].map(
    (x): Point3 => [x, -0.38 - 0.06 * (1 - Math.abs(Math.abs(x) - 0.5) / 0.28), 0.08 - 0.3 * x * x],
  ),
  ...[0, 0.18, 0.36, 0.54].map((y): Point3 => [0, y, 0.15 + 0.5 * y]),
  ...[-0.2, -0.1, 0, 0.1, 0.2].map((x): Point3 => [x, 0.66, 0.22 - Math.abs(x) * 0.4]),
  ...[-0.42, 0.42].flatMap((x) => eye(x)),
  ...ring(12, 0.36, 0.13),
  ...ring(8, 0.26, 0.05),
];

function eye(centre: number): Point3[] {
  return [
    [-0.18, 0],
    [-0.08, -0.07],
    [0.08, -0.07],
    [0.18, 0],
    [0.08, 0.07],
    [-0.08, 0.07],
  ].map(([dx, dy]) => [centre + (dx as number), dy as number, -0.05]);
}

/** Mouth: from its left corner over the upper lip. */
function ring(count: number, wide: number, high: number): Point3[] {
  return Array.from({ length: count }, (_, i) => {
    const t = Math.PI - (i / count) * 2 * Math.PI;
    return [wide * Math.cos(t), 0.97 - high * Math.sin(t), 0.12 - 0.2 * Math.abs(Math.cos(t))];
  });
}

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
  const landmarks = new Float32Array(136);
  MODEL.forEach((point, i) => {
    const [x, y] = turn([point[0] * shape.wide, point[1] * shape.tall, point[2]], pose);
    landmarks[2 * i] = centre.x + size * x;
    landmarks[2 * i + 1] = centre.y + size * y;
  });
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
    landmarks,
    pose,
  };
}

function turn([x, y, z]: Point3, { yaw, pitch, roll }: Pose): [number, number] {
  const [a, b, c] = [yaw, pitch, roll].map((degrees) => (degrees / 180) * Math.PI) as [
    number,
    number,
    number,
  ];
  const [x1, z1] = [x * Math.cos(a) + z * Math.sin(a), z * Math.cos(a) - x * Math.sin(a)];
  const y1 = y * Math.cos(b) - z1 * Math.sin(b);
  return [x1 * Math.cos(c) - y1 * Math.sin(c), x1 * Math.sin(c) + y1 * Math.cos(c)];
}

/** `identities` heads with some pictures each, in small turns. */
export function stubSource(identities: number, imagesPerIdentity: number): FaceSource {
  const faces = Array.from({ length: identities * imagesPerIdentity }, (_, i) => {
    const identity = `p${Math.floor(i / imagesPerIdentity)}`;
    return { key: `${identity}-${i % imagesPerIdentity}`, identity };
  });
  return {
    name: 'stub',
    synthetic: true,
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

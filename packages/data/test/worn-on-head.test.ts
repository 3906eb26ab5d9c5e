/** What is worn rigidly on a head: hats and eyewear sit where they are held, and what they are fitted by is measured right. */
import { describe, expect, test } from 'vitest';
import { hideBehind, noseLayer } from '../src/drape/behind-nose.ts';
import { Chart } from '../src/drape/eyewear-front.ts';
import { hairRoom } from '../src/drape/hair-room.ts';
import { noiseIn } from '../src/drape/noise.ts';
import { seated, seatOn } from '../src/drape/seat.ts';
import { type WornBy, wornBy } from '../src/drape/wear.ts';
import { Coverage } from '../src/draw/polygon.ts';
import type { Face, Occlusion } from '../src/face.ts';
import { neutral } from '../src/mesh/template.ts';
import { OccluderConfig, openOccluder } from '../src/occluders/kinds.ts';
import { random } from '../src/random.ts';
import { stubFace } from './stub-faces.ts';

const BRIDGE = [6, 168, 197];
const TEMPLES = [21, 251, 127, 356];

const draw = async (face: Face, config: object, seed = 1): Promise<Occlusion> =>
  (await openOccluder(OccluderConfig.parse(config))).occlude(face, random(seed));

const levels = (data: Uint8Array, pixel: number): number =>
  data[3 * pixel]! + data[3 * pixel + 1]! + data[3 * pixel + 2]!;

/** How far the mask reaches to the left and right in the rows round one. */
function reach({ mask }: Occlusion, row: number): [left: number, right: number] {
  const columns = Array.from({ length: 128 }, (_, x) => x).filter((x) =>
    [-2, -1, 0, 1, 2].some((dy) => mask[(Math.round(row) + dy) * 128 + x] === 1),
  );
  return [columns[0]!, columns.at(-1)!];
}

describe('a seat', () => {
  test('moves and widens a thing as the face differs from the mean one, along its own axes', () => {
    const { mesh } = stubFace('stub-0', { pose: { yaw: 25, pitch: 8, roll: 10 } });
    const { pose } = wornBy(mesh);
    const r = pose.rotation;
    // 6 % wider and 0.5 cm forwards.
    const deviation = mesh.map((_, i) => {
      const v = 3 * Math.floor(i / 3);
      const [x, z] = [0.06 * neutral[v]!, 0.5];
      const along = [r[0] * x + r[2] * z, -(r[3] * x + r[5] * z), r[6] * x + r[8] * z];
      return pose.scale * along[i % 3]!;
    });
    const { shift, stretch } = seatOn({ pose, deviation }, BRIDGE, TEMPLES);
    expect(stretch).toBeCloseTo(1.06, 3);
    [0, 0, 0.5].forEach((value, axis) => {
      expect(shift[axis]).toBeCloseTo(value, 2);
    });
  });

  test('shows what lies nearer to the camera larger, and keeps what lies as deep as the head', () => {
    const pose = { rotation: [1, 0, 0, 0, 1, 0, 0, 0, 1], scale: 5, centre: [60, 60, 0] } as const;
    const worn: WornBy = { pose, deviation: new Float32Array(neutral.length) };
    const widthAt = (z: number): number => {
      const p = seated([-5, 0, z, 5, 0, z], worn, { shift: [0, 0, 0], stretch: 1 });
      return (p[3]! - p[0]!) / 50;
    };
    const deep = widthAt(-20);
    const near = widthAt(10);
    expect(deep).toBeLessThan(0.9);
    expect(near).toBeGreaterThan(1.05);
    // Straight lines in space stay straight: one over the width falls evenly with the depth.
    expect(1 / widthAt(-5)).toBeCloseTo((1 / deep + 1 / near) / 2, 5);
  });
});

describe('sunglasses', () => {
  /** The face on plain skin, or with hair instead from a distance to its side on. */
  function onSkin(face: Face, hairFrom = Number.POSITIVE_INFINITY): Face {
    const middle = face.landmarks[2 * 27]!;
    const data = face.image.data.map((_, i) => {
      const hair = Math.abs((Math.floor(i / 3) % 128) - middle) > hairFrom;
      return [200, 150, 120][i % 3]! - (hair ? 110 : 0);
    });
    return { ...face, image: { ...face.image, data } };
  }

  test.each([-25, 25])('turned by %i degrees, a side runs to the ear that is seen', async (yaw) => {
    const face = onSkin(stubFace('stub-0', { pose: { yaw, pitch: 0, roll: 0 } }));
    const [far, near] = yaw < 0 ? [36, 45] : [45, 36];
    const ear = face.mesh[3 * (yaw < 0 ? 356 : 127)]!;
    for (const shapes of [['wayfarer'], ['aviator'], ['shield']]) {
      const ends = reach(await draw(face, { kind: 'sunglasses', shapes }), face.mesh[3 * 168 + 1]!);
      const end = ends[yaw < 0 ? 1 : 0];
      const other = ends[yaw < 0 ? 0 : 1];
      expect(Math.abs(end - ear)).toBeLessThan(8);
      const beyond = (x: number, eye: number): number => Math.abs(x - face.landmarks[2 * eye]!);
      expect(beyond(end, near)).toBeGreaterThan(beyond(other, far) + 6);
    }
  });

  test('hair that hangs over the ear hides the side', async () => {
    const face = stubFace('stub-0', { pose: { yaw: 25, pitch: 0, roll: 0 } });
    const row = face.mesh[3 * 168 + 1]!;
    const config = { kind: 'sunglasses', shapes: ['round'], size: [0.9, 0.9] };
    const [bare] = reach(await draw(onSkin(face), config), row);
    const [hidden] = reach(await draw(onSkin(face, 30), config), row);
    expect(hidden).toBeGreaterThan(bare + 4);
  });

  test.each([
    ['behind', -1000, 0],
    ['in front of', 1000, 1],
  ])('a flat thing %s the nose', (_where, z, covered) => {
    const { mesh, image } = stubFace('stub-0', { pose: { yaw: 25, pitch: 0, roll: 0 } });
    const shape = new Coverage(0, 0, 128, 128);
    shape.values.fill(1);
    hideBehind(
      noseLayer(mesh, image),
      shape,
      new Chart({ x: 0, y: 0 }, Float32Array.of(64, 64, z, 69, 64, z, 64, 59, z)),
    );
    const at = (v: number): number => shape.at(Math.round(mesh[3 * v]!), Math.round(mesh[3 * v + 1]!));
    expect([4, 195].map(at)).toEqual([covered, covered]);
    expect([10, 50, 280].map(at)).toEqual([1, 1, 1]);
  });

  test('the darker its glass, the less of the eyes is seen', async () => {
    const face = stubFace('stub-0');
    const pupil = Math.round(face.landmarks[2 * 37 + 1]! + 2) * 128 + Math.round(face.landmarks[2 * 37]!);
    const seen = async (darkness: number): Promise<number> => {
      const changed = { ...face, image: { ...face.image, data: face.image.data.slice() } };
      for (let c = 0; c < 3; c++) changed.image.data[3 * pupil + c] = 255 - face.image.data[3 * pupil + c]!;
      const look = async (each: Face): Promise<number> =>
        levels((await draw(each, glasses(darkness))).occluded.data, pupil);
      const [a, b] = [await look(face), await look(changed)];
      return Math.abs(a - b);
    };
    const glasses = (darkness: number): object => ({
      kind: 'sunglasses',
      darkness: [darkness, darkness],
      gloss: [0, 0],
      shapes: ['round'],
    });
    expect(await seen(0.5)).toBeGreaterThan((await seen(0.85)) + 5);
    expect(await seen(0.85)).toBeGreaterThan(await seen(1));
  });
});

describe('a cap', () => {
  const face = stubFace('stub-0', { pose: { yaw: 10, pitch: 0, roll: 5 } });
  const config = { kind: 'cap', styles: ['baseball'], low: [0.6, 0.6] };

  test('throws a shadow that only darkens, below what it covers without one', async () => {
    const bare = await draw(face, { ...config, shadow: [0, 0] });
    const shaded = await draw(face, { ...config, shadow: [0.6, 0.6] });
    let count = 0;
    bare.mask.forEach((covered, pixel) => {
      if (covered === 1 || shaded.mask[pixel] === 0) return;
      count++;
      expect(levels(shaded.occluded.data, pixel)).toBeLessThan(levels(face.image.data, pixel));
    });
    expect(count).toBeGreaterThan(150);
  });

  test.each(['baseball', 'backwards', 'beanie', 'bucket'])(
    '%s: the lower it sits, the more it hides of the forehead',
    async (style) => {
      const low = async (share: number): Promise<number> => {
        const { mask } = await draw(face, {
          kind: 'cap',
          styles: [style],
          low: [share, share],
          shadow: [0, 0],
        });
        return mask.reduce((sum, value) => sum + value, 0);
      };
      expect(await low(0.5)).toBeGreaterThan((await low(0)) + 40);
      expect(await low(1)).toBeGreaterThan((await low(0.5)) + 40);
    },
  );

  test.each([0.5, 1.5, 3])('%f cm of hair are found in a picture of them', (hair) => {
    const { mesh } = face;
    const worn = wornBy(mesh);
    const { rotation: r, scale } = worn.pose;
    const data = new Uint8Array(128 * 128 * 3);
    // The outline of a ball of hair about the mean skull, 7.7 cm wide and 10.3 high, as it is drawn without perspective.
    const seat = seatOn(worn, [10, 151], [54, 284, 127, 356]);
    const middle = seated([0, 1, -7], worn, seat);
    for (let pixel = 0; pixel < 128 * 128; pixel++) {
      const [dx, dy] = [(pixel % 128) - middle[0]!, middle[1]! - Math.floor(pixel / 128)];
      const [x, y] = [(r[0] * dx + r[3] * dy) / scale / seat.stretch, (r[1] * dx + r[4] * dy) / scale];
      const inside = (x * x) / (7.2 + hair) ** 2 + (y * y) / (9.7 + hair) ** 2 < 1;
      data.fill(inside ? 50 : 190, 3 * pixel, 3 * pixel + 3);
    }
    const found = hairRoom({ image: { width: 128, height: 128, data } }, worn, seat);
    expect(Math.abs(found - hair)).toBeLessThan(0.6);
  });
});

test.each([0.8, 2, 4])(
  'noise of deviation %f is measured, whatever slow shades lie under it',
  (deviation) => {
    const stream = random('noise', deviation);
    const data = new Uint8Array(128 * 128 * 3);
    for (let pixel = 0; pixel < 128 * 128; pixel++) {
      const speck = deviation * stream.normal();
      for (let c = 0; c < 3; c++) data[3 * pixel + c] = 90 + (pixel % 128) / 3 + 20 * c + speck;
    }
    const found = noiseIn({ width: 128, height: 128, data });
    expect(found).toBeGreaterThan(0.85 * deviation);
    expect(found).toBeLessThan(1.15 * deviation + 0.2);
  },
);

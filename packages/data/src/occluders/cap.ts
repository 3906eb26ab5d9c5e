/** Caps and hats over the hair: baseball caps worn forwards or backwards, knitted hats, bucket hats. */
import { z } from 'zod';
import { castBrimShadow } from '../drape/brim-shadow.ts';
import { hairRoom } from '../drape/hair-room.ts';
import type { CrownCut } from '../drape/hat-shape.ts';
import { drawSheet } from '../drape/layer.ts';
import { lightOn } from '../drape/light.ts';
import { grainLike } from '../drape/noise.ts';
import { seated, seatOn } from '../drape/seat.ts';
import { softenEdge } from '../drape/soft-edge.ts';
import { wornBy } from '../drape/wear.ts';
import { Canvas } from '../draw/canvas.ts';
import { clothOf, HAT_COLOURS } from './cap-cloth.ts';
import { HAT_STYLES, HATS, type Hat } from './cap-styles.ts';
import { areaOf, type Card, type OccluderKind, range, weight } from './kind.ts';

const Style = z.enum(HAT_STYLES);
const ColourName = z.enum(HAT_COLOURS);

const card: Card = {
  what: 'a cap, forwards or backwards, a knitted hat or a bucket hat, with the shadow that its brim throws on the face',
  follows: 'the face mesh',
  area: [0.05, 0.25],
  controllable: true,
};

export const CapConfig = z.strictObject({
  kind: z.literal('cap'),
  weight,
  area: areaOf(card),
  styles: z.array(Style).min(1).default(Style.options),
  /** How low it sits, where `area` does not say: 0 raised, 1 over the brows. */
  low: range(0, 1).default([0, 1]),
  /** Darkness of the brim's shadow in strong light. */
  shadow: range(0, 0.8).default([0.45, 0.7]),
  colours: z.array(ColourName).min(1).default(ColourName.options),
});
export type CapConfig = z.infer<typeof CapConfig>;

/** How rough cloth is, in levels from pixel to pixel. */
const FIBRES = 1;

/** Vertices of the mesh on which a hat sits, and in pairs, between which. */
const FOREHEAD = [10, 151, 67, 297, 54, 284];
const SIDES = [54, 284, 21, 251, 162, 389, 127, 356];

export const cap: OccluderKind<CapConfig> = {
  card,
  prepare(config, face, random) {
    const light = lightOn(face);
    const worn = wornBy(face.mesh);
    const seat = seatOn(worn, FOREHEAD, SIDES);
    const hair = hairRoom(face, worn, seat);
    const style = random.pick(config.styles);
    const cloth = clothOf(config.colours, light, random);
    const hat = HATS[style](cloth, random);
    const grainy = grainLike(face.image, random, FIBRES);
    const strength = random.uniform(...config.shadow);
    const { width, height } = face.image;
    return {
      draw(size) {
        const { front, lowest } = heightsOf(config, hat, size);
        const cut = cutOf(hat, front, hair);
        const canvas = new Canvas(face.image);
        castBrimShadow(canvas, worn, cut, light, { brim: hat.brim?.(cut), strength, lowest });
        for (const { sheet, paint } of hat.parts(cut)) {
          const layer = drawSheet(sheet, seated(sheet.points, worn, seat), width, height, 'outside');
          softenEdge(layer);
          canvas.fill(layer, grainy(paint(layer)));
        }
        return canvas.finish({ style, colour: cloth.name });
      },
    };
  },
};

/** Heights over the forehead in cm from the smallest to the largest area, and how far below shadows then end. */
const ANYWHERE = [9.5, -1.5] as const;
const SHADED = 2.5;
/** Where they end otherwise: under the nose. */
const LOWEST = -4.5;

function heightsOf(
  { area, low }: CapConfig,
  { heights }: Hat,
  size: number,
): { front: number; lowest: number } {
  const [from, to] = area === undefined ? heights : ANYWHERE;
  const share = area === undefined ? low[0] + size * (low[1] - low[0]) : size;
  const front = from + (to - from) * share;
  return { front, lowest: area === undefined ? LOWEST : front - SHADED };
}

/** More hair than this in cm is pressed down. */
const MOST_HAIR = 4;

/** The crown over `hair` cm of hair. */
function cutOf({ ears, square, snug }: Hat, front: number, hair: number): CrownCut {
  const held = Math.min(MOST_HAIR, hair);
  const room = 0.5 + 0.95 * held;
  return {
    ...{ front, ears: Math.min(ears, front - 1), square, room, above: 1.4 + 0.8 * held },
    ...{ tight: 0.35, beside: room - snug * (0.25 + 0.55 * held) },
  };
}

/** Sunglasses: two tinted lenses or a shield in a frame of metal or acetate that rests on nose and ears. */
import { z } from 'zod';
import { hideBehind, noseLayer } from '../drape/behind-nose.ts';
import { Front } from '../drape/eyewear-front.ts';
import { coverLens, coverRim } from '../drape/eyewear-parts.ts';
import { EYEWEAR_SHAPES, lensesOf, wrapOf } from '../drape/eyewear-shape.ts';
import { lightOn } from '../drape/light.ts';
import { grainLike } from '../drape/noise.ts';
import { surroundings } from '../drape/reflection.ts';
import { castShadow } from '../drape/shadow.ts';
import { wornBy } from '../drape/wear.ts';
import { Canvas } from '../draw/canvas.ts';
import { meanOf } from '../draw/point.ts';
import { areaOf, type Card, type OccluderKind, range, weight } from './kind.ts';
import { drawBridge, drawSides, enamelOf, frameOf, rimPaint } from './sunglasses-frame.ts';
import { glassOf, glassPaint } from './sunglasses-lens.ts';

const ShapeName = z.enum(EYEWEAR_SHAPES);

const card: Card = {
  what: 'sunglasses of six shapes, seated on nose and ears; from tinted to mirrored',
  follows: 'the face mesh',
  area: [0.25, 0.5],
  controllable: false,
};

export const SunglassesConfig = z.strictObject({
  kind: z.literal('sunglasses'),
  weight,
  area: areaOf(card),
  /** 1: lenses about 50 mm wide on a face 135 mm wide. */
  size: range(0.7, 1.5).default([0.92, 1.15]),
  shapes: z.array(ShapeName).min(1).default(ShapeName.options),
  /** How much a lens hides of the eye behind it, at its upper edge. */
  darkness: range(0.4, 1).default([0.7, 1]),
  /** How strongly a lens mirrors sky and light. */
  gloss: range(0, 1).default([0.1, 0.8]),
});
export type SunglassesConfig = z.infer<typeof SunglassesConfig>;

/** Shadow of lenses and rims on nose and cheeks: how dark, and how far it reaches in cm. */
const SHADOW = { strength: 0.34, reach: 0.45 } as const;
/** The back of a rim is seen in the shade of its front. */
const BACK = 0.5;

export const sunglasses: OccluderKind<SunglassesConfig> = {
  card,
  prepare(config, face, random) {
    const { image, mesh } = face;
    const light = lightOn(face);
    const shape = random.pick(config.shapes);
    const outlines = lensesOf(shape, random.uniform(...config.size));
    const frame = frameOf(shape, random);
    const glass = glassOf(random.uniform(...config.darkness), random.uniform(...config.gloss), random);
    const around = surroundings(light, random);
    const grainy = grainLike(image, random);
    return {
      draw() {
        const canvas = new Canvas(image);
        const worn = wornBy(mesh);
        const front = new Front(worn, wrapOf(shape));
        const nose = noseLayer(mesh, image);
        const enamel = enamelOf(frame, light);
        const lenses = outlines.map((outline) => {
          const middle = meanOf(outline);
          const chart = front.chart(middle);
          const cover = coverLens(front, outline, image);
          const back = coverRim(front, outline, frame, frame.depth, image);
          const rim = coverRim(front, outline, frame, 0, image);
          for (const part of [cover, back, rim]) hideBehind(nose, part, chart);
          return { middle, chart, cover, back, rim };
        });
        const reach = SHADOW.reach * worn.pose.scale;
        for (const { cover } of lenses) castShadow(canvas, cover, light, { ...SHADOW, reach });
        drawSides(canvas, face, worn, front, outlines, frame, enamel);
        for (const lens of lenses) {
          canvas.fill(lens.back, rimPaint(lens, enamel, BACK));
          canvas.fill(lens.cover, grainy(glassPaint(glass, lens, front, light, around)));
        }
        for (const lens of lenses) canvas.fill(lens.rim, grainy(rimPaint(lens, enamel, 1)));
        if (outlines.length > 1) drawBridge(canvas, worn, front, outlines[1]!, frame, enamel);
        return canvas.finish({ shape, frame: `${frame.name} ${frame.material}`, glass: glass.name });
      },
    };
  },
};

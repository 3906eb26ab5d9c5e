/** What smooth things on a face mirror: a sky over a skyline over the ground, and the lamp or sun that lights the face. */
import type { Colour } from '../draw/canvas.ts';
import { clouds, ease } from '../draw/texture.ts';
import type { Random } from '../random.ts';
import type { Light } from './light.ts';

/** Writes the colour that is seen in the unit direction x to the right, y up; z to the viewer is what they leave. */
export type Surroundings = (x: number, y: number, out: Float64Array) => void;

/** Another place round the viewer at every call, lit as the face is. */
export function surroundings(light: Light, random: Random): Surroundings {
  const warm = random.uniform(-12, 12);
  const zenith: Colour = [random.uniform(70, 140), random.uniform(105, 160), random.uniform(150, 215)];
  const haze: Colour = [215 + warm, 220, 225 - warm];
  const dark = random.uniform(0.25, 0.6);
  const ground: Colour = [dark * (120 + warm), dark * 112, dark * (100 - warm)];
  const skyline = {
    roofs: clouds(random, 0.16),
    height: random.uniform(-0.3, 0),
    rough: random.uniform(0.02, 0.12),
  };
  const lamp = lampOf(light, random);
  return (x, y, out) => {
    const above = y - skyline.height - skyline.rough * skyline.roofs(x + 2, 0.5);
    const sky = ease(above / 0.08 + 0.5);
    const high = ease(above / 0.9);
    const low = 1 - 0.45 * ease(-above / 0.8);
    const shine = lamp(x, y);
    for (let c = 0; c < 3; c++) {
      const open = haze[c]! + high * (zenith[c]! - haze[c]!);
      out[c] = low * ground[c]! + sky * (open - low * ground[c]!) + 420 * shine;
    }
  };
}

/** Brightness 0 to 1 of a window or lamp where most of the light comes from. */
function lampOf({ from }: Light, random: Random): (x: number, y: number) => number {
  const [x0, y0] = [1.1 * from[0] + random.uniform(-0.15, 0.15), -1.1 * from[1] + random.uniform(0, 0.2)];
  const [wide, tall] = [random.uniform(0.05, 0.16), random.uniform(0.05, 0.2)];
  return (x, y) => ease(1.5 - Math.abs(x - x0) / wide) * ease(1.5 - Math.abs(y - y0) / tall);
}

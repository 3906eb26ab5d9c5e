/** The colour of a face's own skin. */
import type { Colour } from '../draw/canvas.ts';
import type { Face } from '../face.ts';
import { neutral } from '../mesh/template.ts';
import { SKIN } from './light.ts';

/** Vertices that are seen at any pose: no further than so many cm from the face's middle. */
const FRONT = SKIN.filter((v) => Math.abs(neutral[3 * v]!) < 4);

/** The mean of the skin's vertices in front, the brightest and the darkest (beard, hair, gloss) left out. */
export function skinColour({ image: { width, height, data }, mesh }: Pick<Face, 'image' | 'mesh'>): Colour {
  const seen: Colour[] = [];
  for (const v of FRONT) {
    const [x, y] = [Math.round(mesh[3 * v]!), Math.round(mesh[3 * v + 1]!)];
    if (x < 0 || y < 0 || x >= width || y >= height) continue;
    const at = 3 * (y * width + x);
    seen.push([data[at]!, data[at + 1]!, data[at + 2]!]);
  }
  if (seen.length === 0) return [196, 150, 126];
  const grey = ([red, green, blue]: Colour): number => 0.3 * red + 0.59 * green + 0.11 * blue;
  const ordered = seen.sort((a, b) => grey(a) - grey(b));
  const middle = ordered.slice(Math.floor(0.35 * ordered.length), Math.ceil(0.85 * ordered.length));
  const mean = (c: 0 | 1 | 2): number => middle.reduce((sum, colour) => sum + colour[c], 0) / middle.length;
  return [mean(0), mean(1), mean(2)];
}

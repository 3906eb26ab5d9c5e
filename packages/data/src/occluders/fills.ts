/** What fills shapes that show no real thing: flat colours, noise and patterns. */
import { z } from 'zod';
import { type Colour, type Paint, plain } from '../draw/canvas.ts';
import { anyColour, band, clouds, grain, mixed } from '../draw/texture.ts';
import type { Random } from '../random.ts';

const Fill = z.enum(['flat', 'noise', 'clouds', 'stripes', 'checks']);
export type Fill = z.infer<typeof Fill>;

/** The key `fills`: those from which each shape's is drawn. */
export const fills = z.array(Fill).min(1).default(Fill.options);

export function paintOf(fill: Fill, random: Random): Paint {
  const [a, b] = [anyColour(random), anyColour(random)];
  if (fill === 'flat') return plain(a);
  if (fill === 'noise') return noise(a, random);
  if (fill === 'clouds') {
    const field = clouds(random, random.uniform(3, 12));
    return mixed(a, b, (x, y) => 0.5 + 0.5 * field(x, y));
  }
  const period = random.uniform(5, 14);
  const share = random.uniform(0.3, 0.7);
  const lean = random.uniform(-1, 1);
  const across = (x: number, y: number): number => band(x + lean * y, period, share, 1);
  if (fill === 'stripes') return mixed(a, b, across);
  return mixed(a, b, (x, y) => (across(x, y) + band(y - lean * x, period, share, 1)) / 2);
}

/** Independent grain in each channel round a colour. */
function noise(colour: Colour, random: Random): Paint {
  const grains = [grain(random), grain(random), grain(random)] as const;
  const strength = random.uniform(30, 120);
  return (x, y, out) => {
    grains.forEach((field, c) => {
      out[c] = (colour[c] as number) + strength * field(x, y);
    });
    return 1;
  };
}

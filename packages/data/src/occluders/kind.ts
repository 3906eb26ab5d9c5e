/** What a kind of occluder is: its parameters, a card that describes it, and how it is drawn. */
import { z } from 'zod';
import type { Face, Occluder, Occlusion } from '../face.ts';
import { hullOf } from '../hull.ts';
import type { Random } from '../random.ts';

export interface Card {
  /** What it shows, in a sentence. */
  readonly what: string;
  /** What it is placed by. */
  readonly follows: 'the picture' | 'the face mesh';
  /** Share of the face's hull that it covers: what `area` can ask for, or where it cannot, what comes out by nature. */
  readonly area: readonly [low: number, high: number];
  readonly controllable: boolean;
}

/** An occlusion of which everything is chosen but its size, 0 to 1: the larger, the more it covers. */
export interface Sizable {
  draw(size: number): Occlusion;
  /** Share of the hull that `draw` would cover, where that is known more cheaply. */
  share?(size: number): number;
}

type Area = number | readonly [number, number];

/** The parameters that kinds have in common. */
interface Parameters {
  readonly kind: string;
  /** What it is called, where that is not its kind. */
  readonly name?: string;
  readonly area?: Area | undefined;
}

export const nameOf = ({ kind, name = kind }: Parameters): string => name;

/** What a kind has read. */
export interface Files {
  /** SHA-256 of each file, by its name. */
  readonly inputs: Readonly<Record<string, string>>;
}

export interface OccluderKind<Config extends Parameters, Opened extends Files = Files> {
  readonly card: Card;
  /** Reads the files that the parameters name, before any face is drawn. Throws a `UserError` where one is of no use. */
  open?(config: Config): Promise<Opened>;
  /** Lets chance decide everything but the size. */
  prepare(config: Config, face: Face, random: Random, opened: Opened): Sizable;
}

/** How often the kind is drawn, in proportion to the others' weights. */
export const weight = z.number().positive().default(1);

/** A range [low, high] from which a value is drawn. */
export const range = (least: number, most: number) =>
  z
    .tuple([z.number().min(least).max(most), z.number().min(least).max(most)])
    .refine(([low, high]) => low <= high, 'the first number of a range is its lower end');

/** The key `area`: the share of the face's hull to cover, or a range from which it is drawn, within what the kind can. */
export function areaOf({ area: [low, high], controllable }: Card) {
  const covers = `this kind covers ${low} to ${high} of the face's hull`;
  const within = (value: number): boolean => controllable && value >= low && value <= high;
  const error = controllable ? `${covers}: choose within` : `${covers} by its nature: leave area out`;
  const share = z.number().refine(within, { error });
  const shares = z
    .tuple([share, share])
    .refine(([from, to]) => from <= to, 'the first number of a range is its lower end');
  return z.union([share, shares]).optional();
}

export async function occluderOf<Config extends Parameters>(
  kind: OccluderKind<Config>,
  config: Config,
): Promise<Occluder> {
  const { area } = config;
  const opened = (await kind.open?.(config)) ?? { inputs: {} };
  return {
    name: nameOf(config),
    inputs: opened.inputs,
    occlude(face, random) {
      const size = random.next();
      const sizable = kind.prepare(config, face, random, opened);
      if (area === undefined) return sizable.draw(size);
      const target = typeof area === 'number' ? area : area[0] + size * (area[1] - area[0]);
      return ofArea(face, target, sizable);
    },
  };
}

/** A target is met within this share of the hull wherever the pixels allow it. */
const NEAR = 0.004;
const MOST_TRIES = 14;
/** Between sizes so near to one another whole rows of pixels appear at once. */
const FINEST = 0.002;

/**
 * The size at which the share of the hull is met, by false position (the Illinois variant); the nearest one where it never is.
 * `share` grows with the size, from little at 0.
 */
function ofArea(face: Face, area: number, sizable: Sizable): Occlusion {
  const hull = hullOf(face);
  const shareOf = sizable.share ?? ((size: number) => hull.share(sizable.draw(size).mask));
  // As if size 0 covered nothing and size 1 everything: the true shares lie between.
  let [low, lowOff, high, highOff] = [0, -area, 1, 1 - area];
  let best = { size: 0.5, off: Number.POSITIVE_INFINITY };
  let kept: 'low' | 'high' | undefined;
  for (let attempt = 0; attempt < MOST_TRIES && high - low > FINEST; attempt++) {
    const size = low - (lowOff * (high - low)) / (highOff - lowOff);
    const off = shareOf(size) - area;
    if (Math.abs(off) < Math.abs(best.off)) best = { size, off };
    if (Math.abs(off) < NEAR) break;
    // An end that stays twice in a row counts half, so that it does not stay for ever.
    if (off > 0) {
      [high, highOff] = [size, off];
      if (kept === 'low') lowOff /= 2;
      kept = 'low';
    } else {
      [low, lowOff] = [size, off];
      if (kept === 'high') highOff /= 2;
      kept = 'high';
    }
  }
  return sizable.draw(best.size);
}

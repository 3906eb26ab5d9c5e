import type { Colour } from './colour.ts';
import { CURLY, combOf, FALLING } from './hair-comb.ts';
import { curtain, fringe } from './hair-falling.ts';
import { hairTriangles, layOn, type Shell, shell } from './hair-shells.ts';
import { coarseHeadTriangles, headTriangles } from './head.ts';
import type { Hair } from './identity.ts';
import type { Part } from './mesh.ts';

/**
 * Hair is shells over the scalp (as fur), a curtain around the neck for long hair, and a fringe.
 * Attributes: 6-7 strand coordinates, 8 light that reaches it (0 to 1), 9 sky, 10 spare, 11 cutout threshold.
 */
export interface HairPart extends Part {
  /** Direction from which the strands run, in the head's frame. */
  readonly comb: Colour;
  /** The layer above, vertex for vertex, whose light and normals this one shares. */
  readonly above?: HairPart;
}

/** A person's hair, before it is laid on a head with an expression; outermost layer of each kind first. */
export interface HairModel {
  readonly shells: readonly Shell[];
  readonly falling: readonly Falling[];
}

interface Falling {
  readonly rest: Float32Array;
  readonly part: HairPart;
}

const NONE = new Uint16Array(0);

/** `face`: the person's neutral coarse face, on whose forehead a fringe lies. */
export function hairModel(hair: Hair, hairline: Float32Array, face: Float32Array): HairModel {
  if (hair.style === 'bald') return { shells: [], falling: [] };
  const comb = combOf(hair);
  const layers = hair.style === 'buzz' ? [0.5] : CURLY.has(hair.style) ? [0.84, 0.6, 0.3] : [0.8, 0.6];
  const fine = hairTriangles(hairline, headTriangles);
  const coarse = hairTriangles(hairline, coarseHeadTriangles);
  const top = shell(hair, hairline, { triangles: fine, shadow: coarse }, comb, 1);
  const surface = { triangles: coarse, shadow: NONE, above: top.part };
  const shells = [top, ...layers.map((layer) => shell(hair, hairline, surface, comb, layer))];
  const falling: HairPart[] = [];
  const fall = (make: (layer: number) => HairPart, layer: number): void => {
    const above = make(1);
    falling.push(above, { ...make(layer), shadow: NONE, above });
  };
  if (hair.fringe > 0) fall((layer) => fringe(hair, face, layer), 0.6);
  if (FALLING.has(hair.style)) fall((layer) => curtain(hair, layer), 0.72);
  return { shells, falling: falling.map((part) => ({ part, rest: part.vertices.slice() })) };
}

/** Lays the hair on a head whose positions and normals are given as a part; the parts are the model's own. */
export function hairParts({ shells, falling }: HairModel, head: Part): HairPart[] {
  for (const { part, rest } of falling) part.vertices.set(rest);
  for (const each of shells) layOn(each, head);
  return [...falling, ...shells].map(({ part }) => part);
}

/** Long hair that begins in front of the ears. */
export const coversEars = (hair: Hair): boolean => FALLING.has(hair.style) && hair.edge < 68;

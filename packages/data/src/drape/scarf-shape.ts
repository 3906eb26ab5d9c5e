/** The cut of a scarf: turns of thick cloth, wound round mouth, chin and neck one below the other. */
import { ease, type Field } from '../draw/texture.ts';
import { clothAt, skinAt } from './face-surface.ts';
import { gridSheet, type Sheet } from './wear.ts';

/** One turn round the head, in cm on the mean face, y up from between the eyes. */
export interface Turn {
  /** Heights of its upper and lower edge in front. */
  readonly top: number;
  readonly bottom: number;
  /** How much higher it lies at the picture's right than at its left. */
  readonly tilt: number;
  /** How much lower it lies at the ears than in front. */
  readonly fall: number;
  /** How far it stands off what is below it. */
  readonly thick: number;
  /** How far from its edges it is rounded: all of it in a roll, the hems alone in a cloth that is drawn over the face. */
  readonly round: number;
  /** How its edges wander, by place across (-1 to 1) and along (0 or 1): -1 to 1. */
  readonly wander: Field;
}

const COLUMNS = 23;
const ROWS = 7;

/** u from one end round the front to the other, v from the upper edge to the lower one. */
export function turnSheet(turn: Turn): Sheet {
  const sheet = gridSheet(COLUMNS, ROWS, (u, v) => onTurn(turn, 2 * u - 1, closer(v)));
  for (let i = 1; i < sheet.uv.length; i += 2) sheet.uv[i] = closer(sheet.uv[i]!);
  return sheet;
}

/** Rows lie closer at the edges, where a turn is rounded. */
const closer = (v: number): number => 0.35 * v + 0.65 * ease(v);

/** Height of a place on a turn: `across` is -1 behind one ear, 0 in front, 1 behind the other. */
function heightOn({ top, bottom, tilt, fall, wander }: Turn, across: number, v: number): number {
  const side = Math.min(1, across * across * 2.2);
  return (
    top +
    (bottom - top) * v +
    0.5 * tilt * across * (2 - Math.abs(across)) -
    fall * side +
    0.35 * wander(3 * across, v)
  );
}

function onTurn(turn: Turn, across: number, v: number): [number, number, number] {
  const [s, c] = direction(across);
  const y = heightOn(turn, across, v);
  const edge = Math.min(1, (Math.min(v, 1 - v) * (turn.top - turn.bottom)) / turn.round);
  const off = 0.15 + turn.thick * Math.sqrt(edge * (2 - edge));
  const [half, front] = [halfAt(y), frontAt(y)];
  const x = (half + off) * s;
  const around = MIDDLE + (c > 0 ? front - MIDDLE + off : BACK + off) * c;
  const face = y > -11 && c > 0 ? Math.max(clothAt(x, y), skinAt(x, y)) + off : -99;
  return [x, y, Math.max(around, face)];
}

/** The upright axis of the turns and how far they reach behind it, cm. */
const MIDDLE = -5.5;
const BACK = 8;

/** Half the width of head or neck with what is wound on it already. */
const halfAt = (y: number): number => 6.7 + Math.max(0, -9 - y) * 0.12;

/** The front of the same: before the mouth, and down from the chin. */
const frontAt = (y: number): number => (y > -9 ? 1.6 : 1.6 + 0.25 * (y + 9));

/** A direction from the axis: its sine and cosine. About 130 degrees at 1. */
function direction(across: number): readonly [sine: number, cosine: number] {
  const t = across * (1.1 + 1.05 * across * across);
  return [(2 * t) / (1 + t * t), (1 - t * t) / (1 + t * t)];
}

/** Puts values over others, and `key.sub=value` from the command line into such values. */
import { nearest, UserError } from '@fsg/runs';
import { parse } from 'yaml';
import type { Layer, Path, Values } from './layers.ts';

/** `over` on top of `under`: sections are joined, everything else is replaced, null takes a key away. */
export function merge(under: Values, over: Values): Values {
  const merged: Values = { ...under };
  for (const [key, value] of Object.entries(over)) {
    const below = merged[key];
    if (value === null) delete merged[key];
    else merged[key] = isSection(value) ? merge(isSection(below) ? below : {}, value) : value;
  }
  return merged;
}

export const isSection = (value: unknown): value is Values =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

interface Override {
  readonly text: string;
  readonly path: readonly string[];
  readonly value: unknown;
}

const KEY = /^[A-Za-z_][\w-]*(\.(\d+|[A-Za-z_][\w-]*))*$/;

/** The command line's overrides as a layer over `below`, whose lists they may reach into by number. */
export function overrideLayer(below: Values, texts: readonly string[]): Layer {
  const overrides = texts.map(parseOverride);
  let values: Values = {};
  for (const { text, path, value } of overrides) {
    values = merge(values, sectionOf(path, value, merge(below, values), text));
  }
  const placeOf = (path: Path): Override | undefined =>
    overrides.findLast(({ path: own }) => startsWith(own, path) || startsWith(path, own));
  return {
    values,
    place: (path) => {
      const found = placeOf(path.map(String));
      return found && `command line, ${found.text}`;
    },
  };
}

const startsWith = (long: Path, short: Path): boolean => short.every((part, i) => String(long[i]) === String(part));

function parseOverride(text: string): Override {
  const equals = text.indexOf('=');
  const key = text.slice(0, equals);
  if (equals < 1 || !KEY.test(key) || key.split('.').includes('__proto__')) {
    throw new UserError(`${text}: expected key=value, such as optimiser.rate=1e-4`, 2);
  }
  try {
    return { text, path: key.split('.'), value: parse(text.slice(equals + 1)) ?? null };
  } catch (error) {
    const [line] = (error as Error).message.split('\n');
    throw new UserError(`${text}: the value is not valid YAML: ${line}`, 2);
  }
}

/** `a.b` and 1 → {a: {b: 1}}; a number in the path replaces one item of the list that `below` has there. */
function sectionOf([key, ...rest]: readonly string[], value: unknown, below: Values, text: string): Values {
  const name = key as string;
  if (rest.length === 0) return { [name]: value };
  const there = Object.hasOwn(below, name) ? below[name] : undefined;
  if (!Array.isArray(there)) {
    return { [name]: sectionOf(rest, value, isSection(there) ? there : {}, text) };
  }
  const [index, ...inside] = rest as [string, ...string[]];
  if (!Object.hasOwn(there, index)) {
    const near = nearest(index, Object.keys(there));
    const has = near === undefined ? 'the list is empty' : `its items are 0 to ${there.length - 1}`;
    throw new UserError(`${text}: ${name} is a list without an item ${index}; ${has}`, 2);
  }
  const list = [...there];
  const item = list[Number(index)];
  list[Number(index)] =
    inside.length === 0
      ? value
      : merge(isSection(item) ? item : {}, sectionOf(inside, value, isSection(item) ? item : {}, text));
  return { [name]: list };
}

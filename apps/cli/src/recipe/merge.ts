/** Puts values over others, and `key.sub=value` from the command line into such values. */
import { UserError } from '@fsg/runs';
import { parse } from 'yaml';
import type { Layer, Path, Values } from './layers.ts';

/** `over` on top of `under`: sections are joined, everything else is replaced, null takes a key away. */
export function merge(under: Values, over: Values): Values {
  const merged = new Map(Object.entries(under));
  for (const [key, value] of Object.entries(over)) {
    const below = merged.get(key);
    if (value === null) merged.delete(key);
    else merged.set(key, isSection(value) ? merge(isSection(below) ? below : {}, value) : value);
  }
  return Object.fromEntries(merged);
}

export const isSection = (value: unknown): value is Values =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

interface Override {
  readonly text: string;
  readonly path: readonly string[];
  readonly value: unknown;
}

const KEY = /^[A-Za-z_][\w-]*(\.(\d+|[A-Za-z_][\w-]*))*$/;

/** `below` with the command line's overrides over it; they may reach into its lists by number. */
export function overrideLayer(below: Values, texts: readonly string[]): Layer {
  const overrides = texts.map(parseOverride);
  let values = below;
  for (const { text, path, value } of overrides) values = merge(values, sectionOf(path, value, values, text));
  return {
    values,
    place: (path) => {
      const touches = ({ path: own }: Override): boolean => startsWith(own, path) || startsWith(path, own);
      const found = path.length > 0 ? overrides.findLast(touches) : undefined;
      return found && `command line, ${found.text}`;
    },
  };
}

const startsWith = (long: Path, short: Path): boolean =>
  short.every((part, i) => String(long[i]) === String(part));

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
  const list = [...there];
  const at = /^\d+$/.test(index) ? Number(index) : list.length;
  if (at >= list.length) {
    const has = list.length > 0 ? `its items are 0 to ${list.length - 1}` : 'it is empty';
    throw new UserError(`${text}: ${name} is a list without an item ${index}; ${has}`, 2);
  }
  const item = isSection(list[at]) ? list[at] : {};
  list[at] = inside.length === 0 ? value : merge(item, sectionOf(inside, value, item, text));
  return { [name]: list };
}

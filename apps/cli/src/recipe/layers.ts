/** A recipe's values as they lie over each other: parents below, then the file, then the command line. */
import { readFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { fileProblem, UserError } from '@fsg/runs';
import { type Document, isMap, LineCounter, parseDocument, type Scalar } from 'yaml';

export type Path = readonly (string | number)[];
export type Values = Record<string, unknown>;

export interface Layer {
  readonly values: Values;
  /** Where the value at `path` stands in this layer, such as "recipes/x.yaml:12"; undefined where it has none. */
  place(path: Path): string | undefined;
}

/** A recipe file's layers, the topmost parent first. `cwd` is what names in messages are relative to. */
export async function readLayers(
  file: string,
  cwd: string,
  children: readonly string[] = [],
): Promise<Layer[]> {
  const path = resolve(cwd, file);
  const name = relative(cwd, path) || path;
  const cycle = children.indexOf(path);
  if (cycle >= 0) {
    const chain = [...children.slice(cycle), path].map((one) => relative(cwd, one)).join(' → ');
    throw new UserError(`${name}: its parents lead back to itself: ${chain}`, 2);
  }
  const { layer, parent } = await readLayer(path, name);
  if (parent === undefined) return [layer];
  return [...(await readLayers(join(dirname(path), parent), cwd, [...children, path])), layer];
}

async function readLayer(path: string, name: string): Promise<{ layer: Layer; parent?: string }> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw asUsage(fileProblem(error, `cannot read ${name}`));
  });
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number): string => `${name}:${lines.linePos(offset).line}`;
  const [problem] = document.errors;
  if (problem) throw new UserError(`${at(problem.pos[0])}: not valid YAML: ${problem.message}`, 2);
  if (!isMap(document.contents)) {
    throw new UserError(
      `${name}: expected keys with values, such as "stage: stage1"; found ${kindOf(document)}`,
      2,
    );
  }
  const { parent, ...values } = toValues(document, name);
  const layer: Layer = {
    values,
    place: (keys) => {
      const offset = offsetOf(document, keys);
      return offset === undefined ? undefined : at(offset);
    },
  };
  if (parent === undefined) return { layer };
  if (typeof parent === 'string') return { layer, parent };
  throw new UserError(
    `${layer.place(['parent'])}: parent: found ${JSON.stringify(parent)}, expected a file name`,
    2,
  );
}

function toValues(document: Document, name: string): Values {
  try {
    return document.toJS() as Values;
  } catch (error) {
    throw new UserError(`${name}: not valid YAML: ${(error as Error).message}`, 2);
  }
}

const kindOf = ({ contents }: Document): string => (contents === null ? 'nothing' : 'something else');

/** Where a key begins in the file's text. */
function offsetOf(document: Document, path: Path): number | undefined {
  const owner = path.length > 1 ? document.getIn(path.slice(0, -1), true) : document.contents;
  const key = path.at(-1);
  if (isMap(owner)) {
    const pair = owner.items.find((item) => String((item.key as Scalar).value) === String(key));
    return (pair?.key as Scalar | undefined)?.range?.[0];
  }
  const node = document.getIn(path, true) as Scalar | undefined;
  return node?.range?.[0];
}

/** A recipe that cannot be read is a mistake in the command. */
const asUsage = (error: unknown): unknown =>
  error instanceof UserError ? new UserError(error.message, 2) : error;

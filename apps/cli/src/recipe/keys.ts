/** Which keys and values a schema allows, read from its JSON Schema. */
import { z } from 'zod';
import type { Path } from './layers.ts';
import { isSection } from './merge.ts';

interface Node {
  readonly properties?: Readonly<Record<string, Node>>;
  readonly items?: Node;
  readonly anyOf?: readonly Node[];
  readonly oneOf?: readonly Node[];
  readonly allOf?: readonly Node[];
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Node>>;
  readonly const?: unknown;
}

export interface AllowedKeys {
  /** Keys of the section at `path`, given the values that choose between alternatives there. */
  at(path: Path): string[];
  /** Full paths of all keys of this name, lists left out. */
  named(name: string): string[];
}

export function allowedKeys(schema: z.ZodType, values: unknown): AllowedKeys {
  const root = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Node;

  /** The node's alternatives that agree with `value` in their constant fields; all of them where none does. */
  function alternatives(node: Node, value: unknown): Node[] {
    if (node.$ref !== undefined) {
      const target = node.$ref === '#' ? root : root.$defs?.[node.$ref.replace('#/$defs/', '')];
      return target ? alternatives(target, value) : [];
    }
    const parts = [...(node.anyOf ?? []), ...(node.oneOf ?? []), ...(node.allOf ?? [])];
    const all = [
      ...(node.properties || node.items ? [node] : []),
      ...parts.flatMap((part) => alternatives(part, value)),
    ];
    const agreeing = all.filter((part) => agrees(part, value));
    return agreeing.length > 0 ? agreeing : all;
  }

  function sections(path: Path): Node[] {
    let nodes = alternatives(root, values);
    let value = values;
    for (const key of path) {
      value = (value as Record<string | number, unknown> | undefined)?.[key];
      const inner = nodes.flatMap(
        (node) => (typeof key === 'number' ? node.items : node.properties?.[key]) ?? [],
      );
      nodes = inner.flatMap((node) => alternatives(node, value));
    }
    return nodes;
  }

  function search(nodes: readonly Node[], name: string, value: unknown, path: readonly string[]): string[] {
    return nodes.flatMap(({ properties = {} }) =>
      Object.entries(properties).flatMap(([key, node]) => {
        const inner = isSection(value) ? value[key] : undefined;
        const below = search(alternatives(node, inner), name, inner, [...path, key]);
        return key === name ? [[...path, key].join('.'), ...below] : below;
      }),
    );
  }

  return {
    at: (path) => [...new Set(sections(path).flatMap(({ properties }) => Object.keys(properties ?? {})))],
    named: (name) => [...new Set(search(alternatives(root, values), name, values, []))],
  };
}

function agrees({ properties = {} }: Node, value: unknown): boolean {
  if (!isSection(value)) return true;
  return Object.entries(properties).every(([key, node]) => !('const' in node) || node.const === value[key]);
}

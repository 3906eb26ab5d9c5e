/** Who is on which side: counts, and the list itself. */
import type { OpenData } from './config.ts';
import { SPLITS, type Split, type SplitConfig } from './split.ts';

export interface SideCount {
  readonly identities: number;
  readonly pictures: number;
  /** Of all identities and of all pictures, 0 to 1. */
  readonly identityShare: number;
  readonly pictureShare: number;
}

export interface SplitCounts {
  readonly source: string;
  readonly synthetic: boolean;
  readonly identities: number;
  readonly pictures: number;
  readonly sides: Readonly<Record<Split, SideCount>>;
  /** Pictures that are where the data set's makers put them, and pictures placed by the hash of their identity's name. */
  readonly placedBy: { readonly makers: number; readonly hash: number };
  /** Identities on more than one side: of the makers' sides there may be some, by hash none. */
  readonly onSeveralSides: readonly string[];
  readonly config: SplitConfig;
}

export function countSides({ source, config, split }: OpenData): SplitCounts {
  const people: Record<Split, Set<string>> = { train: new Set(), validation: new Set(), test: new Set() };
  const pictures: Record<Split, number> = { train: 0, validation: 0, test: 0 };
  const { official } = config.split;
  let makers = 0;
  for (const face of source.faces) {
    const side = split(face);
    people[side].add(face.identity);
    pictures[side]++;
    if (official && face.split === side) makers++;
  }
  const all = new Set(source.faces.map(({ identity }) => identity));
  const total = source.faces.length;
  const side = (name: Split): SideCount => ({
    identities: people[name].size,
    pictures: pictures[name],
    identityShare: share(people[name].size, all.size),
    pictureShare: share(pictures[name], total),
  });
  return {
    source: source.name,
    synthetic: source.synthetic,
    identities: all.size,
    pictures: total,
    sides: { train: side('train'), validation: side('validation'), test: side('test') },
    placedBy: { makers, hash: total - makers },
    onSeveralSides: [...all].filter((name) => SPLITS.filter((one) => people[one].has(name)).length > 1),
    config: config.split,
  };
}

const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);

/** `key,identity,split`, a line a picture, in the source's order (RFC 4180, with line feeds). */
export function splitCsv({ source, split }: OpenData): string {
  const lines = source.faces.map((face) => [face.key, face.identity, split(face)].map(quoted).join(','));
  return `${['key,identity,split', ...lines].join('\n')}\n`;
}

const quoted = (value: string): string =>
  /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;

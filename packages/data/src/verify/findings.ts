/** What is wrong with a data set. */

export const PROBLEM_KINDS = {
  manifest: 'lines of the manifest that are no rows',
  doubled: 'rows whose key another row has',
  unreadable: 'members that cannot be read',
  size: 'pictures of another size',
  pixels: 'pictures whose decoded pixels are not those of the manifest',
  mesh: 'meshes that are not those of the manifest',
  row: 'samples whose JSON differs from their row',
  mask: 'masks that leave out what is occluded, or are none',
  shard: 'shards that are not what dataset.json says',
  members: 'members of shards without a row, or rows without members',
  counts: 'counts of dataset.json that are not those of the rows',
  content: 'the content hash',
  identity: 'identities on two sides',
  duplicate: 'near-duplicates on two sides',
} as const;
export type ProblemKind = keyof typeof PROBLEM_KINDS;

export interface Problem {
  readonly kind: ProblemKind;
  readonly what: string;
  /** `shard/member`, or a file of the folder and its line. */
  readonly files: readonly string[];
}

/** Problems kept of a kind; further ones are only counted. */
export const MOST_NAMED = 20;

export class Findings {
  readonly problems: Problem[] = [];
  readonly counts: Partial<Record<ProblemKind, number>> = {};

  add({ kind, what, files }: Problem): void {
    const count = (this.counts[kind] ?? 0) + 1;
    this.counts[kind] = count;
    if (count <= MOST_NAMED) this.problems.push({ kind, what, files });
  }
}

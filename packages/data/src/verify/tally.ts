/** What only shows over all samples: counts, keys, identities, members of shards. */

import { SPLITS, type Split } from '../split.ts';
import { DATASET_FILE, type DatasetInfo, MANIFEST_FILE, MEMBERS, type Member } from '../store/format.ts';
import type { CheckedSample } from './check-sample.ts';
import type { CheckedShard } from './check-shard.ts';
import type { Findings } from './findings.ts';

type Row = NonNullable<CheckedSample['row']>;

interface Known {
  readonly line: number;
  readonly shard: string;
  /** A bit for each member that the shard was seen to hold. */
  held: number;
}

const ALL_HELD = (1 << MEMBERS.length) - 1;
const MEMBER_NAME = new RegExp(`^(.*)\\.(${MEMBERS.join('|').replaceAll('.', '\\.')})$`, 's');

/** Grows by some 150 bytes a sample. */
export class Tally {
  rows = 0;
  private readonly splits: Record<Split, number> = { train: 0, validation: 0, test: 0 };
  private readonly occluders: Record<string, number> = {};
  private readonly samplesOf = new Map<string, number>();
  private readonly byKey = new Map<string, Known>();
  /** A clean picture of each side that an identity is on. */
  private readonly identities = new Map<string, Partial<Record<Split, string>>>();
  /** Members that no row named when they were seen. */
  private readonly unnamed: { readonly shard: string; readonly name: string }[] = [];
  /** Shards whose members are not known, or not all. */
  private readonly unread = new Set<string>();
  private readonly findings: Findings;

  constructor(findings: Findings) {
    this.findings = findings;
  }

  get people(): number {
    return this.identities.size;
  }

  addRow({ key, identity, split, occluder, files: { shard } }: Row, line: number): void {
    this.rows++;
    this.splits[split]++;
    this.occluders[occluder] = (this.occluders[occluder] ?? 0) + 1;
    this.samplesOf.set(shard, (this.samplesOf.get(shard) ?? 0) + 1);
    const sides = this.identities.get(identity) ?? {};
    sides[split] ??= `${shard}/${key}.clean.png`;
    this.identities.set(identity, sides);
    const before = this.byKey.get(key);
    if (before) {
      this.findings.add({
        kind: 'doubled',
        what: `key ${key} stands in line ${before.line} already`,
        files: [`${MANIFEST_FILE}:${line}`],
      });
    } else {
      this.byKey.set(key, { line, shard, held: 0 });
    }
  }

  addShard({ file, bytes, sha256, members, problem }: CheckedShard, info: DatasetInfo): void {
    const said = info.shards.find((one) => one.file === file);
    const wrong = problem
      ? `cannot be read as a tar file: ${problem}`
      : bytes !== said?.bytes
        ? `has ${bytes} bytes, in ${DATASET_FILE} ${said?.bytes}`
        : sha256 !== said.sha256 && `has the SHA-256 ${sha256}, in ${DATASET_FILE} ${said.sha256}`;
    if (problem) this.unread.add(file);
    if (wrong) this.findings.add({ kind: 'shard', what: wrong, files: [file] });
    for (const name of members) {
      if (!this.hold(file, name)) this.unnamed.push({ shard: file, name });
    }
  }

  /** Notes that the shard holds the member; false where no row so far asks for it there. */
  private hold(shard: string, name: string): boolean {
    const [, key = '', member] = MEMBER_NAME.exec(name) ?? [];
    const known = this.byKey.get(key);
    if (known?.shard !== shard) return false;
    const bit = 1 << MEMBERS.indexOf(member as Member);
    if (known.held & bit) {
      this.findings.add({ kind: 'members', what: 'stands in the shard twice', files: [`${shard}/${name}`] });
    }
    known.held |= bit;
    return true;
  }

  /** Reports what is known once all rows and shards were added. */
  finish(info: DatasetInfo): void {
    for (const { shard, name } of this.unnamed) {
      if (this.hold(shard, name)) continue;
      this.findings.add({ kind: 'members', what: 'has no row in the manifest', files: [`${shard}/${name}`] });
    }
    for (const [key, { shard, held }] of this.byKey) {
      if (held === ALL_HELD || this.unread.has(shard)) continue;
      const files = MEMBERS.filter((_, i) => !(held & (1 << i))).map((member) => `${shard}/${key}.${member}`);
      this.findings.add({ kind: 'members', what: 'the shard has no such members', files });
    }
    this.compareCounts(info);
    for (const [identity, sides] of this.identities) {
      const on = SPLITS.filter((split) => sides[split] !== undefined);
      if (on.length < 2) continue;
      this.findings.add({
        kind: 'identity',
        what: `${identity} is on ${on.join(' and ')}`,
        files: on.map((split) => sides[split] as string),
      });
    }
  }

  private compareCounts({ count, identities, splits, occluders, shards }: DatasetInfo): void {
    const compare = (what: string, said: number, found: number): void => {
      if (said === found) return;
      const text = `${what} is ${said}, and the manifest has ${found}`;
      this.findings.add({ kind: 'counts', what: text, files: [DATASET_FILE] });
    };
    compare('count', count, this.rows);
    compare('identities', identities, this.identities.size);
    for (const split of SPLITS) compare(`splits.${split}`, splits[split] ?? 0, this.splits[split]);
    for (const kind of new Set([...Object.keys(occluders), ...Object.keys(this.occluders)])) {
      compare(`occluders.${kind}`, occluders[kind] ?? 0, this.occluders[kind] ?? 0);
    }
    for (const { file, samples } of shards) {
      compare(`the number of samples of ${file}`, samples, this.samplesOf.get(file) ?? 0);
    }
  }
}

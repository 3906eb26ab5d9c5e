/** Checks all that a data set's folder says of itself, and that its sides share no identity and no picture. */

import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import type { DegradeConfig } from '../degrade/degrade.ts';
import { findNear } from '../near/find.ts';
import { PictureList } from '../near/picture-list.ts';
import {
  DATASET_FILE,
  type DatasetInfo,
  type ManifestLine,
  manifestLines,
  readInfo,
} from '../store/format.ts';
import { inThreads, type ThreadOptions } from '../workers/threads.ts';
import type { CheckedSample, SetFacts } from './check-sample.ts';
import { Findings, type Problem, type ProblemKind } from './findings.ts';
import { Tally } from './tally.ts';
import type { VerifyAnswer, VerifyTask } from './worker.ts';

export interface Verification {
  /** True where nothing is wrong. */
  readonly ok: boolean;
  readonly samples: number;
  readonly identities: number;
  /** The first ones of each kind. */
  readonly problems: readonly Problem[];
  /** All of each kind. */
  readonly counts: Readonly<Partial<Record<ProblemKind, number>>>;
  /** Pairs of pictures on two sides; pictures with another one on their own side, which is no problem. */
  readonly nearDuplicates: { readonly across: number; readonly onOneSide: number };
  /** What was not claimed of this set, and so not checked. */
  readonly unchecked: readonly string[];
}

export type VerifyStage = 'samples' | 'pictures';

export interface VerifyOptions extends ThreadOptions {
  /** First of the samples, then of the pictures that are looked for among the others. */
  readonly progress?: (stage: VerifyStage, done: number, total: number) => void;
}

const LINES_A_TASK = 16;
const WORKER = new URL('./worker.ts', import.meta.url);

/**
 * Reads the whole folder. Of a sample some 300 bytes are kept in memory. Throws a `UserError` where the folder is no data set
 * at all, and `signal.reason` where it was aborted.
 */
export async function verifyDataset(root: string, options: VerifyOptions): Promise<Verification> {
  const info = await readInfo(root);
  const findings = new Findings();
  const { motionBlur, noise, jpeg } = (info.recipe.degrade ?? {}) as Partial<DegradeConfig>;
  const exactMasks = !motionBlur && !noise && !jpeg;
  const set: SetFacts = {
    root,
    width: info.width,
    height: info.height,
    shards: info.shards.map(({ file }) => file),
    exactMasks,
  };
  await findUnlisted(root, set.shards, findings);
  const tally = new Tally(findings);
  const pictures = await checkSamples(info, set, tally, findings, options);
  tally.finish(info);
  const near = await findNear(root, pictures, {
    ...options,
    progress: (done, total) => options.progress?.('pictures', done, total),
  });
  for (const { pictures: pair, mirrored } of near.across) {
    const sides = pair.map((picture) => pictures.sideOf(picture));
    const what = `the same picture${mirrored ? ', mirrored,' : ''} on ${sides.join(' and ')}`;
    findings.add({ kind: 'duplicate', what, files: pair.map((picture) => pictures.nameOf(picture)) });
  }
  return {
    ok: findings.problems.length === 0,
    samples: tally.rows,
    identities: tally.people,
    problems: findings.problems,
    counts: findings.counts,
    nearDuplicates: { across: near.across.length, onOneSide: near.onOneSide },
    unchecked: exactMasks
      ? []
      : ['whether all differences lie under the masks: the recipe degrades pictures after occluding them'],
  };
}

async function findUnlisted(root: string, listed: readonly string[], findings: Findings): Promise<void> {
  const names = (await readdir(root)).filter((name) => name.endsWith('.tar') && !listed.includes(name));
  for (const name of names.sort()) {
    findings.add({ kind: 'shard', what: `is not listed in ${DATASET_FILE}`, files: [name] });
  }
}

/** Gives the different clean pictures of each side. */
async function checkSamples(
  info: DatasetInfo,
  set: SetFacts,
  tally: Tally,
  findings: Findings,
  options: VerifyOptions,
): Promise<PictureList> {
  const content = createHash('sha256');
  const pictures = new PictureList();
  const known = new Set<string>();
  const add = ({ line, row, content: bytes, picture, problems }: CheckedSample): void => {
    if (row) tally.addRow(row, line);
    problems.forEach((problem) => {
      findings.add(problem);
    });
    content.update(bytes);
    if (!picture) return;
    // The same face in another pass has the same pixels, to the bit.
    const identical = picture.sha256.slice(0, 16) + picture.split;
    if (!known.has(identical)) pictures.add(picture);
    known.add(identical);
  };
  let done = 0;
  const answers = inThreads<VerifyTask, VerifyAnswer>(WORKER, set, tasks(info, set.root), options);
  for await (const { samples, shards } of answers) {
    samples.forEach(add);
    for (const shard of shards) tally.addShard(shard, info);
    done += samples.length;
    options.progress?.('samples', done, info.count);
  }
  const hash = content.digest('hex');
  if (hash !== info.contentHash) {
    const what = `contentHash is ${info.contentHash}, of what can be read it is ${hash}`;
    findings.add({ kind: 'content', what, files: [DATASET_FILE] });
  }
  return pictures;
}

/** All samples, and each shard after the lines of its samples: then it is still in the memory of the file system. */
async function* tasks({ shards }: DatasetInfo, root: string): AsyncGenerator<VerifyTask> {
  const waiting = [...shards];
  let left = waiting[0]?.samples ?? 0;
  let lines: ManifestLine[] = [];
  for await (const line of manifestLines(root)) {
    lines.push(line);
    left--;
    if (lines.length < LINES_A_TASK) continue;
    yield { lines, shards: [] };
    lines = [];
    for (; left <= 0 && waiting.length > 1; left += waiting[0]?.samples ?? 0) {
      yield { lines: [], shards: [(waiting.shift() as DatasetInfo['shards'][number]).file] };
    }
  }
  yield { lines, shards: [] };
  for (const { file } of waiting) yield { lines: [], shards: [file] };
}

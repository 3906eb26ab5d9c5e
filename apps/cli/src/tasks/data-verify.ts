/** Checks a stored data set, and tells in words what was found. */
import { PROBLEM_KINDS, type ProblemKind, type Verification, verifyDataset } from '@fsg/data';
import type { Context, ProgressBar } from './context.ts';
import { localSet } from './stored-set.ts';

/** Of a set with an address the copy in the cache is checked. */
export async function verifyTask(name: string, context: Context): Promise<Verification> {
  const folder = await localSet(name, context);
  if (folder !== name) context.info(`checking the copy in ${folder}`);
  let stage = '';
  let bar: ProgressBar | undefined;
  try {
    return await verifyDataset(folder, {
      workers: context.workers,
      signal: context.signal,
      progress: (now, done, total) => {
        if (now !== stage) {
          bar?.end();
          const label = now === 'samples' ? 'samples checked' : 'pictures looked for among the others';
          bar = context.progress(label, total, now);
          stage = now;
        }
        bar?.at(done);
      },
    });
  } finally {
    bar?.end();
  }
}

export function renderVerification(name: string, found: Verification): string {
  const { ok, samples, identities, nearDuplicates, unchecked } = found;
  const near = nearDuplicates.onOneSide;
  const known = `${samples} samples of ${identities} people`;
  return [
    ok ? `${name}: ${known}, all as they were written` : `${name}: ${known}; not all is as it should be`,
    ...(Object.keys(PROBLEM_KINDS) as ProblemKind[]).flatMap((kind) => renderKind(kind, found)),
    ...(near > 0 ? [`${near} pictures have a near-duplicate on their own side, which is no leak`] : []),
    ...unchecked.map((what) => `not checked: ${what}`),
  ].join('\n');
}

function renderKind(kind: ProblemKind, { problems, counts }: Verification): string[] {
  const count = counts[kind];
  if (count === undefined) return [];
  const named = problems.filter((problem) => problem.kind === kind);
  const rest = count - named.length;
  return [
    `${PROBLEM_KINDS[kind]}: ${count}`,
    ...named.map(({ what, files }) => `  ${files.join(', ')}: ${what}`),
    ...(rest > 0 ? [`  and ${rest} more`] : []),
  ];
}

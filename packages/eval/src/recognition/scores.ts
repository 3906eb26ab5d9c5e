/** What recognition by some judges gave under some conditions: few enough numbers to be kept, and all that its measures need. */
import { UserError } from '@fsg/runs';
import { z } from 'zod';
import type { Pair } from './pairs.ts';
import type { Identification } from './probes.ts';

const Numbers = z.record(z.string(), z.record(z.string(), z.array(z.number())));

const File = z.object({
  format: z.literal('fsg-recognition-1'),
  /** Of every picture. */
  identities: z.array(z.string()),
  /** Pictures a and b, 1 for the same person, fold. */
  pairs: z.array(z.tuple([z.number(), z.number(), z.number(), z.number()])),
  gallery: z.array(z.number()),
  probes: z.array(z.number()),
  distractors: z.number(),
  unenrolled: z.number(),
  /** Why there is nothing to verify, or fewer folds than usual; nothing to identify. */
  verificationReason: z.string().nullable(),
  identificationReason: z.string().nullable(),
  /** By judge, then by condition: of each pair. */
  scores: Numbers,
  /** By judge, then by condition: of each probe, from 1. */
  ranks: Numbers,
});

export interface RecognitionScores {
  readonly identities: readonly string[];
  readonly pairs: readonly Pair[];
  readonly split: Identification;
  readonly reason: string | null;
  readonly scores: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>;
  readonly ranks: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>;
}

export function encodeRecognition({
  identities,
  pairs,
  split,
  reason,
  scores,
  ranks,
}: RecognitionScores): string {
  const { reason: identificationReason, ...sides } = split;
  const file: z.infer<typeof File> = {
    format: 'fsg-recognition-1',
    identities: [...identities],
    pairs: pairs.map(({ a, b, same, fold }) => [a, b, same ? 1 : 0, fold]),
    ...sides,
    gallery: [...split.gallery],
    probes: [...split.probes],
    verificationReason: reason,
    identificationReason,
    scores: scores as z.infer<typeof Numbers>,
    ranks: ranks as z.infer<typeof Numbers>,
  };
  return JSON.stringify(file);
}

/** `where` names the file in the message. Throws a UserError where it is another. */
export function parseRecognition(text: string, where: string): RecognitionScores {
  const parsed = File.safeParse(jsonOrNothing(text));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new UserError(
      `${where} holds no recognition scores: ${issue?.path.join('.')}: ${issue?.message}; measure again`,
    );
  }
  const { identities, pairs, gallery, probes, distractors, unenrolled, scores, ranks, ...reasons } =
    parsed.data;
  return {
    identities,
    pairs: pairs.map(([a, b, same, fold]) => ({ a, b, same: same === 1, fold })),
    split: { gallery, probes, distractors, unenrolled, reason: reasons.identificationReason },
    reason: reasons.verificationReason,
    scores,
    ranks,
  };
}

function jsonOrNothing(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

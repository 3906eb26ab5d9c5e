/**
 * Which checkpoint is the newest, and who may name a newer one. Every commit changes `latest.json` over the version that it has
 * read: two owners cannot both, and one whose lease has a later token is refused.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { UserError } from '../errors.ts';
import { ConflictError, encodeJson, parseJson, type Store } from '../store/store.ts';
import { LATEST } from './manifest.ts';

const Latest = z.object({
  /** The last lease under which somebody wrote here. */
  token: z.number().int().min(1),
  /** Of the newest checkpoint; -1 where there is none. */
  sequence: z.number().int().min(-1),
  step: z.number().int().min(0).nullable(),
});
export type Latest = z.infer<typeof Latest>;

/** Another process has taken the run over: what this one still does counts no more. */
export class LeaseLostError extends UserError {}

export const lost = (store: Store, token: number): LeaseLostError =>
  new LeaseLostError(
    `${store.where} was taken over by another process (lease ${token}): this one stops, and nothing of it is kept from here on`,
  );

/** Throws a UserError where it is damaged. */
export async function readLatest(store: Store): Promise<Latest | undefined> {
  const found = await store.get(LATEST);
  return found && decoded(store, found.value);
}

function decoded(store: Store, value: Uint8Array): Latest {
  const where = `${store.where}/${LATEST}`;
  const { success, data } = Latest.extend({ digest: z.string() }).safeParse(parseJson(value, where));
  if (!success) throw new UserError(`${where} is damaged: it names no token, sequence and step`);
  const { digest, ...latest } = data;
  if (digest !== digestOf(latest)) throw new UserError(`${where} is damaged: its digest does not match`);
  return latest;
}

const digestOf = ({ token, sequence, step }: Latest): string =>
  createHash('sha256')
    .update(JSON.stringify([token, sequence, step]))
    .digest('hex');

/**
 * Writes what `next` makes of what stands there, if it is not damaged; gives it. Throws a `LeaseLostError` where that has a later
 * token than `token`.
 */
export async function moveLatest(
  store: Store,
  token: number,
  next: (before: Latest | undefined) => Latest | Promise<Latest>,
): Promise<Latest> {
  for (;;) {
    const found = await store.get(LATEST);
    const before = found && unlessDamaged(() => decoded(store, found.value));
    if (before && before.token > token) throw lost(store, before.token);
    const wanted = await next(before);
    try {
      await store.put(
        LATEST,
        encodeJson({ ...wanted, digest: digestOf(wanted) }),
        found ? { match: found.etag } : { absent: true },
      );
      return wanted;
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
      // Somebody else was faster, or the answer to an earlier try of this one was lost: what stands there tells.
    }
  }
}

function unlessDamaged<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

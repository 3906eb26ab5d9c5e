/** Whether a store does what runs ask of it, by doing it once. */
import { randomBytes } from 'node:crypto';
import { UserError } from '../errors.ts';
import { ConflictError, type Store } from './store.ts';

/** More than S3 takes in one part. */
const LARGE_BYTES = 9 * 2 ** 20;

/** Writes, reads, lists and removes under a key of its own. Throws a UserError that names what does not work. */
export async function checkStore(store: Store): Promise<void> {
  const key = `doctor/${randomBytes(8).toString('hex')}`;
  const [small, large] = [new TextEncoder().encode('one'), new Uint8Array(randomBytes(LARGE_BYTES))];
  const refuse = (what: string): never => {
    throw new UserError(`${store.where} ${what}: checkpoints would not be safe there; use another store`);
  };
  try {
    await store.put(key, small, { absent: true });
    if (await succeeds(store.put(key, large, { absent: true }))) refuse('overwrites what was to be absent');
    const { etag } = (await store.get(key)) ?? refuse('does not give back what was written');
    await store.put(key, large, { match: etag });
    if (await succeeds(store.put(key, small, { match: etag })))
      refuse('overwrites a version that has changed');
    const { value } = (await store.get(key)) ?? refuse('does not give back what was written');
    if (Buffer.compare(value, large) !== 0) refuse('gives back other bytes than were written');
    const listed = await store.list(key);
    if (listed.length !== 1 || listed[0]?.size !== large.length) refuse('does not list what was written');
  } finally {
    // What failed before is the news; one that stays is told below.
    await store.remove(key).catch(() => {});
  }
  if (await store.stat(key)) refuse('keeps what was removed');
}

/** False where the condition of a write was said not to hold. */
async function succeeds(write: Promise<void>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (error instanceof ConflictError) return false;
    throw error;
  }
}

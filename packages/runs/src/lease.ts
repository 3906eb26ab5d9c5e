/**
 * One writer a run. Who holds `lease.json` renews it; one that was not renewed for long is taken over under the next token, and
 * what its old owner still commits is refused by that (see checkpoint/latest.ts). Clocks of two machines are never compared: a
 * lease is stale when it was watched for so long and did not change, or when its process is known to be gone.
 */
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { LeaseLostError, lost } from './checkpoint/latest.ts';
import { UserError } from './errors.ts';
import { ConflictError, encodeJson, parseJson, type Store, type Stored } from './store/store.ts';

const LEASE = 'lease.json';

const Owner = z.object({
  host: z.string(),
  /** Of the machine's last start, where it is known: a process number means nothing after it. */
  boot: z.string().nullable(),
  pid: z.number().int(),
  /** When the process started, in the kernel's ticks, where it is known: numbers come again. */
  started: z.string().nullable(),
});
type Owner = z.infer<typeof Owner>;

const Held = z.object({
  token: z.number().int().min(1),
  /** null: given back. */
  owner: Owner.nullable(),
  /** Counts renewals, so that each changes the file. */
  beat: z.number().int().min(0),
});
type Held = z.infer<typeof Held>;

export interface LeaseOptions {
  /** Milliseconds between renewals. */
  readonly renewEvery: number;
  /** Milliseconds without a renewal after which an owner that cannot be looked at is thought dead. */
  readonly staleAfter: number;
  /** Told while an owner is watched that may be dead. */
  readonly waiting?: (message: string) => void;
  readonly signal?: AbortSignal;
}

/** A step may keep the process from renewing for its length. */
const DEFAULTS = { renewEvery: 10_000, staleAfter: 90_000 } satisfies LeaseOptions;

export class Lease {
  readonly token: number;
  private readonly store: Store;
  private held: Held;
  private readonly timer: NodeJS.Timeout;
  private renewing: Promise<void> = Promise.resolve();
  private failure: LeaseLostError | undefined;

  constructor(store: Store, held: Held, renewEvery: number) {
    this.store = store;
    this.held = held;
    this.token = held.token;
    this.timer = setInterval(() => {
      this.renewing = this.renewing.then(() => this.renew());
    }, renewEvery).unref();
  }

  /** Throws a `LeaseLostError` once another process is known to have taken the run over. */
  check(): void {
    if (this.failure) throw this.failure;
  }

  /** Gives the lease back, so that the next writer need not wait. */
  async release(): Promise<void> {
    clearInterval(this.timer);
    await this.renewing;
    if (this.failure) return;
    await this.write({ ...this.held, owner: null }).catch(() => {});
  }

  /** A store that cannot be reached loses nothing: the token is what commits hang on. */
  private async renew(): Promise<void> {
    if (this.failure) return;
    await this.write({ ...this.held, beat: this.held.beat + 1 }).catch((error: unknown) => {
      if (error instanceof LeaseLostError) this.failure = error;
    });
  }

  private async write(next: Held): Promise<void> {
    const found = await read(this.store);
    if (found && found.held.token !== this.token) throw lost(this.store, found.held.token);
    try {
      await this.store.put(LEASE, encodeJson(next), found ? { match: found.etag } : { absent: true });
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
      // Read again next time: it was taken over, or the answer to an earlier try was lost.
      return;
    }
    this.held = next;
  }
}

/** Whether anybody writes here: `nobody`, also where the owner is known to be gone; `somebody`, as far as can be told. */
export async function writerOf(store: Store): Promise<'nobody' | 'somebody' | 'unknown'> {
  const found = await read(store);
  if (!found) return 'unknown';
  const { owner } = found.held;
  return !owner || whereabouts(owner) === 'gone' ? 'nobody' : 'somebody';
}

/** Waits where the owner may be dead. Throws a UserError where it is alive. */
export async function acquireLease(store: Store, options: Partial<LeaseOptions> = {}): Promise<Lease> {
  const { renewEvery, staleAfter, waiting, signal } = { ...DEFAULTS, ...options };
  for (;;) {
    const found = await read(store);
    if (found && !(await isFree(store, found, { staleAfter, renewEvery, waiting, signal }))) continue;
    const held = { token: (found?.held.token ?? 0) + 1, owner: thisProcess(), beat: 0 };
    try {
      await store.put(LEASE, encodeJson(held), found ? { match: found.etag } : { absent: true });
      return new Lease(store, held, renewEvery);
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
    }
  }
}

/** True where it was given back or its owner is gone; false where it changed while it was watched. */
async function isFree(
  store: Store,
  { held, etag }: { held: Held; etag: string },
  {
    staleAfter,
    renewEvery,
    waiting,
    signal,
  }: Pick<LeaseOptions, 'staleAfter' | 'renewEvery' | 'waiting' | 'signal'>,
): Promise<boolean> {
  const { owner } = held;
  if (!owner) return true;
  const here = whereabouts(owner);
  if (here === 'gone') return true;
  const name = `process ${owner.pid} on ${owner.host}`;
  waiting?.(
    `${store.where} is written by ${name}; waiting up to ${Math.round(staleAfter / 1000)} s to see whether it still is`,
  );
  const until = performance.now() + staleAfter;
  while (performance.now() < until) {
    await sleep(Math.min(renewEvery, staleAfter) / 4, undefined, { ...(signal && { signal }) });
    const now = await read(store);
    if (now?.etag === etag) {
      if (whereabouts(owner) === 'gone') return true;
      continue;
    }
    if (now?.held.token !== held.token || !now.held.owner) return false;
    throw new UserError(`${store.where} is being written by ${name}: wait for it, or stop it first`);
  }
  return true;
}

async function read(store: Store): Promise<{ held: Held; etag: string } | undefined> {
  const stored = await store.get(LEASE);
  return stored && { held: decoded(store, stored), etag: stored.etag };
}

function decoded(store: Store, { value }: Stored): Held {
  const where = `${store.where}/${LEASE}`;
  const { success, data } = Held.safeParse(parseJson(value, where));
  if (success) return data;
  throw new UserError(`${where} is damaged: it names no owner; remove it where nobody writes this run`);
}

function thisProcess(): Owner {
  return { host: hostname(), boot: bootId(), pid: process.pid, started: statOf(process.pid).started };
}

/** Whether an owner on this machine still runs; one on another cannot be looked at. */
function whereabouts(owner: Owner): 'here' | 'gone' | 'elsewhere' {
  if (owner.host !== hostname() || owner.boot !== bootId()) return 'elsewhere';
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return 'gone';
  }
  const { state, started } = statOf(owner.pid);
  return state === ZOMBIE || (owner.started !== null && started !== owner.started) ? 'gone' : 'here';
}

const bootId = (): string | null => readOrNull('/proc/sys/kernel/random/boot_id')?.trim() ?? null;

/** Of a process that has ended and was not asked for its exit code yet. */
const ZOMBIE = 'Z';

/** Fields 3 and 22 of /proc/<pid>/stat, where there is such a file; the second one, the program's name, may hold blanks. */
function statOf(pid: number): { state: string | null; started: string | null } {
  const fields = readOrNull(`/proc/${pid}/stat`)
    ?.replace(/^.*\) /s, '')
    .split(' ');
  return { state: fields?.[0] ?? null, started: fields?.[19] ?? null };
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

/** What a checkpoint consists of; written after all its files, so a checkpoint that has one is whole. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { UserError } from '../errors.ts';
import { encodeJson, parseJson } from '../store/store.ts';

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const FileRecord = z.object({ size: z.number().int().min(0), sha256: Sha256 });
export type FileRecord = z.infer<typeof FileRecord>;

const Manifest = z.object({
  format: z.literal(2),
  step: z.number().int().min(0),
  /** Of the lease under which it was written. */
  token: z.number().int().min(1),
  /** Counts a run's saves: the newest checkpoint has the highest, whatever clock and step say after a resume. */
  sequence: z.number().int().min(0),
  /** When it was saved, in milliseconds since the epoch. */
  time: z.number(),
  files: z.record(z.string(), FileRecord),
  /** What the writer wants to know again: metrics, hashes of inputs. */
  meta: z.record(z.string(), z.unknown()),
});
export type Manifest = z.infer<typeof Manifest>;

const FOLDER = 'checkpoints';
export const MANIFEST = 'manifest.json';
export const ALL = `${FOLDER}/step-`;
export const BEST = `${FOLDER}/best.json`;
export const LATEST = `${FOLDER}/latest.json`;
export const PINS = `${FOLDER}/pins/step-`;

/** Where a checkpoint's files lie. Each lease has folders of its own: an owner that was thought dead spoils none of the next one's. */
export interface Place {
  readonly step: number;
  readonly token: number;
}

/** Step 1000 under the first lease → "step-00001000", under the third → "step-00001000.3". */
export const stepName = ({ step, token }: Place): string =>
  `step-${String(step).padStart(8, '0')}${token > 1 ? `.${token}` : ''}`;
export const fileKey = (place: Place, file: string): string => `${FOLDER}/${stepName(place)}/${file}`;
export const pinKey = (step: number): string => `${FOLDER}/pins/${stepName({ step, token: 1 })}.json`;

/** The place in a key that begins with `ALL` or `PINS`. */
export function placeOf(key: string, prefix: string): Place {
  const [, step = '', token = '1'] = /^(\d+)(?:\.(\d+)\/)?/.exec(key.slice(prefix.length)) ?? [];
  return { step: Number(step), token: Number(token) };
}

export function fileRecord(content: Uint8Array): FileRecord {
  return { size: content.length, sha256: createHash('sha256').update(content).digest('hex') };
}

/** The manifest with a digest of itself, so that a changed bit in it shows as well. */
export function encodeManifest(manifest: Manifest): Uint8Array {
  return encodeJson({ ...manifest, digest: digestOf(manifest) });
}

/** Throws UserError where the bytes are not the manifest of this place, unchanged. */
export function decodeManifest(bytes: Uint8Array, { step, token }: Place, where: string): Manifest {
  const found = parseJson(bytes, where);
  const { success, data } = Manifest.extend({ digest: Sha256 }).safeParse(found);
  const damaged = (what: string): UserError => new UserError(`${where} is damaged: ${what}`);
  if (!success) throw damaged('it is no manifest of a checkpoint');
  const { digest, ...manifest } = data;
  if (digest !== digestOf(manifest)) throw damaged('its digest does not match its content');
  if (manifest.step !== step || manifest.token !== token) {
    throw damaged(`it belongs to ${stepName(manifest)}`);
  }
  return manifest;
}

function digestOf(manifest: Manifest): string {
  const { format, step, token, sequence, time, files, meta } = manifest;
  const text = JSON.stringify([format, step, token, sequence, time, Object.entries(files), meta]);
  return createHash('sha256').update(text).digest('hex');
}

/** What a checkpoint consists of; written after all its files, so a checkpoint that has one is whole. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { UserError } from '../errors.ts';
import { encodeJson, parseJson } from '../store/store.ts';

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const FileRecord = z.object({ size: z.number().int().min(0), sha256: Sha256 });
export type FileRecord = z.infer<typeof FileRecord>;

const Manifest = z.object({
  format: z.literal(1),
  step: z.number().int().min(0),
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
export const PINS = `${FOLDER}/pins/step-`;

/** 1000 → "step-00001000". */
export const stepName = (step: number): string => `step-${String(step).padStart(8, '0')}`;
export const fileKey = (step: number, file: string): string => `${FOLDER}/${stepName(step)}/${file}`;
export const pinKey = (step: number): string => `${FOLDER}/pins/${stepName(step)}.json`;

/** The step in a key that begins with `prefix`. */
export function stepOf(key: string, prefix: string): number {
  return Number.parseInt(key.slice(prefix.length), 10);
}

export function fileRecord(content: Uint8Array): FileRecord {
  return { size: content.length, sha256: createHash('sha256').update(content).digest('hex') };
}

/** The manifest with a digest of itself, so that a changed bit in it shows as well. */
export function encodeManifest(manifest: Manifest): Uint8Array {
  return encodeJson({ ...manifest, digest: digestOf(manifest) });
}

/** Throws UserError where the bytes are not the manifest of this step, unchanged. */
export function decodeManifest(bytes: Uint8Array, step: number, where: string): Manifest {
  const found = parseJson(bytes, where);
  const { success, data } = Manifest.extend({ digest: Sha256 }).safeParse(found);
  const damaged = (what: string): UserError => new UserError(`${where} is damaged: ${what}`);
  if (!success) throw damaged('it is no manifest of a checkpoint');
  const { digest, ...manifest } = data;
  if (digest !== digestOf(manifest)) throw damaged('its digest does not match its content');
  if (manifest.step !== step) throw damaged(`it belongs to step ${manifest.step}`);
  return manifest;
}

function digestOf(manifest: Manifest): string {
  const { format, step, sequence, time, files, meta } = manifest;
  const text = JSON.stringify([format, step, sequence, time, Object.entries(files), meta]);
  return createHash('sha256').update(text).digest('hex');
}

/** Decoded faces kept in a folder, so that the next run need not render them again. */
import { createHash } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '@fsg/engine/runtime';
import type { Face } from '../face.ts';
import { faceAt, type SharedFaces } from './face-set.ts';

/** A face of the set as its source gives it now. */
export interface Probe {
  readonly at: number;
  readonly face: Face;
}

/** The file: pixels, then landmarks, as they stand in memory. */
function fileOf(folder: string, name: unknown, { width, height, refs }: SharedFaces): string {
  const text = JSON.stringify([name, width, height, refs]);
  return join(folder, `faces-${createHash('sha256').update(text).digest('hex').slice(0, 16)}.raw`);
}

/** True where the cache held these faces, which then stand in `shared`; not where a probe shows that they changed. */
export async function readCache(
  folder: string,
  name: unknown,
  shared: SharedFaces,
  probes: readonly Probe[],
): Promise<boolean> {
  const file = await open(fileOf(folder, name, shared), 'r').catch(() => null);
  if (!file) return false;
  try {
    const parts = [new Uint8Array(shared.pixels), new Uint8Array(shared.landmarks)];
    const length = parts.reduce((sum, part) => sum + part.length, 0);
    if ((await file.stat()).size !== length) return false;
    let position = 0;
    for (const part of parts) position += await readInto(file, part, position);
    return position === length && probes.every((probe) => same(shared, probe));
  } finally {
    await file.close();
  }
}

/** A read call takes at most 1 GiB here, well under the limit of 2 GiB. */
const PIECE = 2 ** 30;

async function readInto(
  file: Awaited<ReturnType<typeof open>>,
  part: Uint8Array,
  start: number,
): Promise<number> {
  let read = 0;
  while (read < part.length) {
    const { bytesRead } = await file.read(part, read, Math.min(PIECE, part.length - read), start + read);
    if (bytesRead === 0) break;
    read += bytesRead;
  }
  return read;
}

function same(shared: SharedFaces, { at, face }: Probe): boolean {
  const kept = faceAt(shared, at);
  return (
    Buffer.from(kept.image.data).equals(face.image.data) &&
    kept.landmarks.every((value, i) => value === face.landmarks[i])
  );
}

/** Written aside and renamed: a file under its name is whole. */
export async function writeCache(folder: string, name: unknown, shared: SharedFaces): Promise<void> {
  await makeFolder(folder);
  const path = fileOf(folder, name, shared);
  const aside = `${path}.${process.pid}.partial`;
  const file = await open(aside, 'w');
  try {
    for (const part of [new Uint8Array(shared.pixels), new Uint8Array(shared.landmarks)]) {
      for (let at = 0; at < part.length; at += PIECE) await file.writeFile(part.subarray(at, at + PIECE));
    }
    await file.sync();
    await file.close();
    await rename(aside, path);
  } catch (error) {
    await file.close().catch(() => {});
    await rm(aside, { force: true });
    throw error;
  }
}

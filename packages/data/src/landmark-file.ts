/** Landmarks found in a source's pictures, a JSON line each: where the faces lie in the original pictures. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { UserError } from './error.ts';
import { parse } from './json.ts';
import { type FaceMesh, MESH_VALUES } from './mesh/mesh.ts';

export interface Landmarks {
  /** Eyes' centres (the picture's left one first), tip of the nose, corners of the mouth: x0, y0 … in pixels. */
  readonly five: Float32Array;
  readonly mesh?: FaceMesh;
}

/** Why a picture has no landmarks. */
export interface NoLandmarks {
  readonly reason: string;
}

const Head = z.object({ format: z.literal(1), detector: z.string() });
const Row = z.union([
  z.strictObject({
    file: z.string(),
    /** What is no number, and so null in JSON, is found when the picture is looked at; so is a wrong count. */
    five: z.array(z.number().nullable()),
    /** x, y, z of 468 points: whole multiples of `unit` pixels, 16 bits each, little-endian, in base64. */
    mesh: z.strictObject({ unit: z.number().positive(), values: z.base64() }).optional(),
  }),
  z.strictObject({ file: z.string(), reason: z.string() }),
]);

/**
 * By the picture's path from the source's root, with forward slashes. Throws a `UserError` that names file and line where
 * one is not as it should be.
 */
export async function readLandmarkFile(path: string): Promise<ReadonlyMap<string, Landmarks | NoLandmarks>> {
  const found = new Map<string, Landmarks | NoLandmarks>();
  let number = 0;
  try {
    for await (const line of createInterface({ input: createReadStream(path) })) {
      const where = `${path}, line ${++number}`;
      if (number === 1) parse(Head, line, where);
      else if (line !== '') readRow(parse(Row, line, where), where, found);
    }
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`${path}: ${(error as Error).message}; a file of landmarks was expected`);
  }
  if (number === 0) throw new UserError(`${path}: it is empty; a file of landmarks was expected`);
  return found;
}

function readRow(row: z.infer<typeof Row>, where: string, found: Map<string, Landmarks | NoLandmarks>): void {
  if (found.has(row.file)) throw new UserError(`${where}: ${row.file} stands in the file twice`);
  if ('reason' in row) found.set(row.file, { reason: row.reason });
  else {
    const mesh = row.mesh && readMesh(row.mesh, where);
    found.set(row.file, {
      five: Float32Array.from(row.five, (value) => value ?? Number.NaN),
      ...(mesh && { mesh }),
    });
  }
}

function readMesh({ unit, values }: { unit: number; values: string }, where: string): FaceMesh {
  const bytes = Buffer.from(values, 'base64');
  if (bytes.length !== 2 * MESH_VALUES) {
    throw new UserError(`${where}: mesh: found ${bytes.length / 2} numbers, expected ${MESH_VALUES}`);
  }
  return Float32Array.from({ length: MESH_VALUES }, (_, i) => bytes.readInt16LE(2 * i) * unit);
}

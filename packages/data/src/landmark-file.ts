/**
 * Where faces lie in the pictures of a folder, as JSON lines. The first names the format and the detector, each other one a
 * picture, by its path from the folder with forward slashes: five points (eyes' centres, the picture's left one first, tip
 * of the nose, corners of the mouth) and, where it is known, the face mesh; or why there is no face. Coordinates are pixels
 * of the upright picture (its EXIF orientation applied), the first pixel's centre at (0, 0).
 */
import { open } from 'node:fs/promises';
import { z } from 'zod';
import { UserError } from './error.ts';
import { parseJson } from './json.ts';
import { type FaceMesh, MESH_VALUES } from './mesh/mesh.ts';

export interface Landmarks {
  /** x0, y0, x1, y1 …, 10 numbers. */
  readonly five: Float32Array;
  readonly mesh?: FaceMesh;
}

/** What a line says of a picture. */
export type LandmarkEntry = Landmarks | { readonly reason: string };

const Header = z.object({ format: z.literal(1), detector: z.string().min(1) });

/** Whole 16-bit numbers, little-endian, of `unit` pixels each. */
const Packed = z.strictObject({
  unit: z.number().positive(),
  values: z.base64().length((MESH_VALUES * 2 * 4) / 3, `${MESH_VALUES} numbers of 16 bits were expected`),
});
type Packed = z.infer<typeof Packed>;

const Line = z
  .strictObject({
    file: z.string().min(1),
    /** Whoever uses them checks number and place: a bad line concerns its own picture alone. null: not a number. */
    five: z.array(z.number().nullable()).optional(),
    mesh: Packed.optional(),
    /** The detector's own, in [0, 1]. */
    score: z.number().optional(),
    reason: z.string().min(1).optional(),
  })
  .refine(({ five, reason }) => (five === undefined) !== (reason === undefined), {
    message: 'either five (points) or reason (why there are none) was expected',
  });

/** Throws a `UserError` that names file and line where it is no landmark file. */
export const readLandmarkFile = async (path: string): Promise<ReadonlyMap<string, LandmarkEntry>> =>
  (await readLandmarks(path)).entries;

/** The same with the detector's name. */
export async function readLandmarks(
  path: string,
): Promise<{ readonly detector: string; readonly entries: ReadonlyMap<string, LandmarkEntry> }> {
  const file = await open(path).catch((error: Error) => {
    throw new UserError(`cannot read the landmark file ${path}: ${error.message}`);
  });
  const entries = new Map<string, LandmarkEntry>();
  let detector: string | undefined;
  let number = 0;
  // The stream closes the file.
  for await (const text of file.readLines()) {
    const where = `${path}, line ${++number}`;
    if (detector === undefined) {
      ({ detector } = parseJson(Header, text, where, 'a landmark file begins with its format and detector'));
      continue;
    }
    const line = parseJson(Line, text, where, 'mend or remove the line');
    if (entries.has(line.file)) throw new UserError(`${where}: ${line.file} stands in the file twice`);
    entries.set(line.file, entryOf(line));
  }
  if (detector === undefined) throw new UserError(`${path} is empty: a landmark file was expected`);
  return { detector, entries };
}

const entryOf = ({ five, mesh, reason }: z.infer<typeof Line>): LandmarkEntry =>
  five
    ? { five: Float32Array.from(five, (value) => value ?? Number.NaN), ...(mesh && { mesh: unpacked(mesh) }) }
    : { reason: reason as string };

export const headerLine = (detector: string): string =>
  `${JSON.stringify({ format: 1, detector } satisfies z.infer<typeof Header>)}\n`;

/** The five points to 1/16 pixel, the mesh to the unit that its farthest point allows. */
export function landmarkLine(
  file: string,
  entry: (Landmarks & { readonly score?: number }) | { readonly reason: string },
): string {
  if ('reason' in entry) return `${JSON.stringify({ file, reason: entry.reason })}\n`;
  const { five, mesh, score } = entry;
  const rounded = Array.from(five, (value) => Math.round(value * 16) / 16);
  return `${JSON.stringify({ file, five: rounded, ...(mesh && { mesh: packed(mesh) }), score })}\n`;
}

/** Sixteenths of a pixel reach to 2047 pixels: farther out twice, four times … as much is a step. */
function packed(mesh: FaceMesh): Packed {
  const farthest = mesh.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  let unit = 1 / 16;
  while (farthest > 32767 * unit) unit *= 2;
  const bytes = Buffer.alloc(2 * mesh.length);
  mesh.forEach((value, i) => {
    bytes.writeInt16LE(Math.round(value / unit), 2 * i);
  });
  return { unit, values: bytes.toString('base64') };
}

function unpacked({ unit, values }: Packed): FaceMesh {
  const bytes = Buffer.from(values, 'base64');
  return Float32Array.from({ length: MESH_VALUES }, (_, i) => bytes.readInt16LE(2 * i) * unit);
}

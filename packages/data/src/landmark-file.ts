/**
 * Where faces lie in the pictures of a folder, as JSON lines. The first names the format and the detector, each other one a
 * picture, by its path from the folder with forward slashes: five points (eyes' centres, the picture's left one first, tip
 * of the nose, corners of the mouth) and, where it is known, the face mesh; or why there is no face. Coordinates are pixels
 * of the upright picture (its EXIF orientation applied), the first pixel's centre at (0, 0).
 */
import { closeSync, openSync, readSync } from 'node:fs';
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

/** A file of landmarks. Only where its lines stand is kept: the meshes of all of CelebA would be a gigabyte in every thread. */
export class LandmarkFile {
  readonly detector: string;
  private readonly path: string;
  private readonly places: ReadonlyMap<string, Place>;

  constructor(path: string, detector: string, places: ReadonlyMap<string, Place>) {
    this.path = path;
    this.detector = detector;
    this.places = places;
  }

  /** The pictures that it tells of. */
  get files(): readonly string[] {
    return [...this.places.keys()];
  }

  /** What it says of a picture; undefined where it says nothing. */
  get(file: string): LandmarkEntry | undefined {
    const place = this.places.get(file);
    if (!place) return undefined;
    const handle = openSync(this.path, 'r');
    try {
      const bytes = Buffer.alloc(place.bytes);
      readSync(handle, bytes, 0, bytes.length, place.at);
      return entryOf(parseLine(bytes.toString('utf8'), `${this.path}, line ${place.line}`));
    } finally {
      closeSync(handle);
    }
  }
}

/** Of a line in its file: its number from 1 on, where it begins, and how long it is. */
interface Place {
  readonly line: number;
  readonly at: number;
  readonly bytes: number;
}

/** Throws a `UserError` that names file and line where it is no landmark file. */
export async function readLandmarkFile(path: string): Promise<LandmarkFile> {
  const places = new Map<string, Place>();
  let detector: string | undefined;
  for await (const { text, ...place } of linesOf(path)) {
    const where = `${path}, line ${place.line}`;
    if (detector === undefined) {
      ({ detector } = parseJson(Header, text, where, 'a landmark file begins with its format and detector'));
      continue;
    }
    const { file } = parseLine(text, where);
    if (places.has(file)) throw new UserError(`${where}: ${file} stands in the file twice`);
    places.set(file, place);
  }
  if (detector === undefined) throw new UserError(`${path} is empty: a landmark file was expected`);
  return new LandmarkFile(path, detector, places);
}

async function* linesOf(path: string): AsyncGenerator<Place & { readonly text: string }> {
  const file = await open(path).catch((error: Error) => {
    throw new UserError(`cannot read the landmark file ${path}: ${error.message}`);
  });
  let [line, at] = [0, 0];
  let rest = Buffer.alloc(0);
  const next = (bytes: Buffer): Place & { readonly text: string } => {
    const place = { line: ++line, at, bytes: bytes.length, text: bytes.toString('utf8') };
    at += bytes.length + 1;
    return place;
  };
  // The stream closes the file.
  for await (const chunk of file.createReadStream({ highWaterMark: 1 << 20 })) {
    let from = 0;
    const bytes = Buffer.concat([rest, chunk as Buffer]);
    for (let to = bytes.indexOf(NEW_LINE); to >= 0; to = bytes.indexOf(NEW_LINE, from)) {
      yield next(bytes.subarray(from, to));
      from = to + 1;
    }
    rest = bytes.subarray(from);
  }
  if (rest.length > 0) yield next(rest);
}

const NEW_LINE = '\n'.charCodeAt(0);

const parseLine = (text: string, where: string): z.infer<typeof Line> =>
  parseJson(Line, text, where, 'mend or remove the line');

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
  const mesh = new Float32Array(MESH_VALUES);
  for (let i = 0; i < MESH_VALUES; i++) mesh[i] = bytes.readInt16LE(2 * i) * unit;
  return mesh;
}

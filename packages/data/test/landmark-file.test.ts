/** Landmark files: what is written is read again, a stopped detection goes on, faults are named. */
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { detectLandmarks, mainFace } from '../src/detection/detect-landmarks.ts';
import type { DetectedFace, Detector } from '../src/detection/detector.ts';
import type { Rgb } from '../src/face.ts';
import { headerLine, type Landmarks, landmarkLine, readLandmarkFile } from '../src/landmark-file.ts';
import { fiveOf } from '../src/mesh/landmarks68.ts';
import { type FaceMesh, transformed } from '../src/mesh/mesh.ts';
import { UnusableFace } from '../src/unusable.ts';
import { stubFace } from './stub-faces.ts';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fsg-landmarks-'));
  path = join(folder, 'landmarks.jsonl');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const { mesh: MESH } = stubFace('someone', { pose: { yaw: 20, pitch: 5, roll: -3 } });
/** The same face, so many times as large. */
const grown = (times: number): FaceMesh => transformed(MESH, { a: times, b: 0, e: 0, f: 0 });

const found = (mesh: FaceMesh): DetectedFace => ({
  score: 0.9,
  box: { x: 30, y: 20, width: 60, height: 70 },
  mesh,
  five: fiveOf(mesh),
});

describe('the format', () => {
  test.each([1, 40, 900])('keeps a mesh of %i times the size to half a unit', async (times) => {
    const mesh = grown(times);
    const line = landmarkLine('a/b.jpg', { mesh, five: fiveOf(mesh), score: 0.5 });
    const { unit } = JSON.parse(line).mesh as { unit: number };
    await writeFile(path, headerLine('test') + line);
    const entry = (await readLandmarkFile(path)).get('a/b.jpg') as Required<Landmarks>;
    entry.mesh.forEach((value, i) => {
      expect(Math.abs(value - mesh[i]!)).toBeLessThanOrEqual(unit / 2);
    });
    fiveOf(mesh).forEach((value, i) => {
      expect(Math.abs(value - entry.five[i]!)).toBeLessThanOrEqual(1 / 32);
    });
    if (times === 1) expect(entry.mesh).toEqual(mesh);
    else expect(unit).toBeLessThan(Math.max(...mesh) / 16000);
  });

  test('has five points alone, or a reason', async () => {
    const five = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
    const lines = [
      { file: 'list.jpg', five },
      { file: 'none.jpg', reason: 'no face found' },
    ]; // as other programs write them
    await writeFile(path, headerLine('a list') + lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    const read = await readLandmarkFile(path);
    expect(read.files).toEqual(['list.jpg', 'none.jpg']);
    expect(read.get('list.jpg')).toEqual({ five: Float32Array.from(five) });
    expect(read.get('none.jpg')).toEqual({ reason: 'no face found' });
    expect(read.get('other.jpg')).toBeUndefined();
  });

  test('gives each picture its own line in a file of several megabytes, with line ends of either kind', async () => {
    const files = Array.from({ length: 700 }, (_, i) => `Gemälde/顔 ${i}.jpg`);
    const meshOf = (i: number): FaceMesh => MESH.map((value) => value + i / 16);
    const lines = files.map((file, i) => landmarkLine(file, found(meshOf(i))));
    for (const end of ['\n', '\r\n']) {
      await writeFile(path, (headerLine('test') + lines.join('')).replaceAll('\n', end));
      const read = await readLandmarkFile(path);
      expect(read.files).toEqual(files);
      files.forEach((file, i) => {
        expect((read.get(file) as Required<Landmarks>).mesh).toEqual(meshOf(i));
      });
    }
  });

  const good = landmarkLine('good.jpg', found(MESH));
  const five = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
  test.each([
    ['{"format":2,"detector":"x"}\n', /line 1: format/],
    ['', /is empty/],
    [`${headerLine('x')}${good}{"file":"torn.jpg","fi`, /line 3: not JSON/],
    [`${headerLine('x')}${good}${good}`, /line 3: good\.jpg stands in the file twice/],
    [`${headerLine('x')}{"file":"a.jpg"}\n`, /line 2: .*either five .* or reason/],
    [
      `${headerLine('x')}{"file":"a.jpg","reason":"blurred","five":${JSON.stringify(five)}}\n`,
      /line 2: .*either/,
    ],
    [
      `${headerLine('x')}{"file":"a.jpg","five":${JSON.stringify(five)},"mesh":{"unit":1,"values":"AAAA"}}\n`,
      /line 2: mesh\.values: 1404 numbers/,
    ],
    [`${headerLine('x')}{"file":"a.jpg","five":${JSON.stringify(five)},"points":68}\n`, /line 2: .*points/],
  ])('names the fault of %j', async (text, message) => {
    await writeFile(path, text);
    await expect(readLandmarkFile(path)).rejects.toThrow(message);
    await expect(readLandmarkFile(path)).rejects.toMatchObject({ name: 'UserError' });
  });

  test('names a file that is not there', async () => {
    await expect(readLandmarkFile(path)).rejects.toThrow(`cannot read the landmark file ${path}`);
  });
});

describe('detection into a file', () => {
  const files = ['a.jpg', 'b/c.jpg', 'd.jpg', 'e.jpg'];
  const image: Rgb = { width: 120, height: 120, data: new Uint8Array(3 * 120 * 120) };

  /** Finds one face in every picture but d.jpg; e.jpg is none. Counts what it was asked. */
  function stub(name = 'stub 1') {
    const loaded: string[] = [];
    const detector: Detector = {
      name,
      detect: async () => (loaded.at(-1) === 'd.jpg' ? [] : [found(MESH)]),
      dispose: () => {},
    };
    const load = async (file: string): Promise<Rgb> => {
      loaded.push(file);
      if (file === 'e.jpg') throw new UnusableFace(file, 'not a picture');
      return image;
    };
    return { loaded, detector, load };
  }

  const detect = (
    stubbed: ReturnType<typeof stub>,
    signal?: AbortSignal,
    progress?: (done: number) => void,
  ) => detectLandmarks({ ...stubbed, files, out: path, signal, progress });

  test('writes a line a picture, or why there is none', async () => {
    const seen: number[] = [];
    await detect(stub(), undefined, (done) => seen.push(done));
    const entries = await readLandmarkFile(path);
    expect(entries.files).toEqual(files);
    expect(entries.get('b/c.jpg')).toMatchObject({ mesh: MESH });
    expect(entries.get('d.jpg')).toEqual({ reason: 'no face found' });
    expect(entries.get('e.jpg')).toEqual({ reason: 'not a picture' });
    expect(seen).toEqual([1, 2, 3, 4]);
  });

  test('goes on where it was stopped, and gives what it would have given', async () => {
    const stopping = new AbortController();
    const first = stub();
    await expect(
      detect(first, stopping.signal, (done) => done === 2 && stopping.abort(new Error('stopped'))),
    ).rejects.toThrow('stopped');
    expect(first.loaded).toEqual(['a.jpg', 'b/c.jpg']);
    await appendFile(path, landmarkLine('d.jpg', found(MESH)).slice(0, 40)); // a line torn off
    const second = stub();
    await detect(second);
    expect(second.loaded).toEqual(['d.jpg', 'e.jpg']);
    const resumed = await readFile(path, 'utf8');
    await rm(path);
    await detect(stub());
    expect(await readFile(path, 'utf8')).toBe(resumed);
    const third = stub();
    await detect(third);
    expect(third.loaded).toEqual([]);
  });

  test('begins anew where not even the first line is whole', async () => {
    await writeFile(path, headerLine('stub 1').slice(0, -2));
    await detect(stub());
    expect((await readLandmarkFile(path)).files.length).toBe(4);
  });

  test('refuses the file of another detector', async () => {
    await detect(stub());
    await expect(detect(stub('stub 2'))).rejects.toThrow(/holds landmarks by stub 1, not by stub 2/);
  });

  test('takes the large face near the middle', () => {
    const at = (x: number, y: number, side: number): DetectedFace => ({
      ...found(MESH),
      box: { x, y, width: side, height: side },
    });
    const picture = { ...image, width: 200, height: 200 };
    const [corner, middle, tiny] = [at(0, 0, 70), at(70, 70, 60), at(95, 95, 10)];
    expect(mainFace([corner, middle, tiny], picture)).toBe(middle);
    expect(mainFace([corner, tiny], { ...picture, width: 80, height: 80 })).toBe(corner);
    expect(mainFace([], picture)).toBeUndefined();
  });
});

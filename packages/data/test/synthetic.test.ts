import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type Face, syntheticFaces } from '../src/index.ts';

const OPTIONS = { seed: 7, identities: 3, imagesPerIdentity: 2 } as const;
const sha256 = (faces: readonly Face[]): string => {
  const hash = createHash('sha256');
  for (const { image, landmarks } of faces) hash.update(image.data).update(new Uint8Array(landmarks.buffer));
  return hash.digest('hex');
};
const all = (source: ReturnType<typeof syntheticFaces>): Promise<Face[]> =>
  Promise.all(source.faces.map((_, i) => source.load(i)));

describe('synthetic people', () => {
  it('draws the same pixels everywhere: golden hashes of both populations', async () => {
    const options = { seed: 7, identities: 16, imagesPerIdentity: 1 };
    // made by this code with Node 20.20 on x86-64; Node 22.23 and 24.21 give the same
    expect(sha256(await all(syntheticFaces({ ...options, population: 'a' })))).toBe(
      'd5b6935f2ecc54c06a5f726fe719e3c79af68a5328318973f0c4c96fd3ca6d9e',
    );
    expect(sha256(await all(syntheticFaces({ ...options, population: 'b' })))).toBe(
      '230499892c4ef5485ef1f3c8275190ebc2a76d186e5ab28a9990bd81ed01280d',
    );
  });

  it('draws a picture alike alone, after others and in another process', async () => {
    const source = syntheticFaces({ ...OPTIONS, identities: 20 });
    const first = await source.load(5);
    for (const i of [39, 4, 20, 0]) await source.load(i);
    expect(sha256([await source.load(5)])).toBe(sha256([first]));
    const entry = fileURLToPath(new URL('../src/index.ts', import.meta.url));
    const script = `import { syntheticFaces } from ${JSON.stringify(entry)};
      const { image } = await syntheticFaces({ seed: 7, identities: 20, imagesPerIdentity: 2 }).load(5);
      process.stdout.write(Buffer.from(image.data).toString('base64'));`;
    const other = execFileSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
      cwd: fileURLToPath(new URL('..', import.meta.url)),
      encoding: 'utf8',
      maxBuffer: 1 << 24,
    });
    expect(other).toBe(Buffer.from(first.image.data).toString('base64'));
  });

  it('names pictures by population, person and number', async () => {
    const source = syntheticFaces({ seed: 1, identities: 2, imagesPerIdentity: 3, population: 'b' });
    expect(source.synthetic).toBe(true);
    expect(source.faces.map(({ key }) => key)).toEqual([
      'b-00000-0',
      'b-00000-1',
      'b-00000-2',
      'b-00001-0',
      'b-00001-1',
      'b-00001-2',
    ]);
    expect(source.faces[4]?.identity).toBe('b-00001');
    const face = await source.load(4);
    expect([
      face.key,
      face.image.width,
      face.image.height,
      face.image.data.length,
      face.landmarks.length,
    ]).toEqual(['b-00001-1', 128, 128, 128 * 128 * 3, 136]);
  });

  it('refuses what it cannot draw', async () => {
    expect(() => syntheticFaces({ ...OPTIONS, identities: 0 })).toThrow(/identities/);
    expect(() => syntheticFaces({ ...OPTIONS, people: 3 } as never)).toThrow(/people/);
    await expect(syntheticFaces(OPTIONS).load(6)).rejects.toThrow(/picture 6.*there are 6/);
  });

  it('draws another seed as other people', async () => {
    const [a, b] = await Promise.all([1, 2].map((seed) => syntheticFaces({ ...OPTIONS, seed }).load(0)));
    expect(sha256([a as Face])).not.toBe(sha256([b as Face]));
  });

  it('keeps to the light of photographs: mean grey of 24 pictures in the middle, few pixels clipped', async () => {
    const source = syntheticFaces({ seed: 3, identities: 24, imagesPerIdentity: 1 });
    let sum = 0;
    let clipped = 0;
    const faces = await all(source);
    for (const { image } of faces) {
      for (const value of image.data) {
        sum += value;
        if (value === 0 || value === 255) clipped++;
      }
    }
    const values = faces.length * 128 * 128 * 3;
    expect(sum / values).toBeGreaterThan(80);
    expect(sum / values).toBeLessThan(150);
    expect(clipped / values).toBeLessThan(0.12);
  });

  it('draws at no less than a tenth of the promised hundred pictures a second', async () => {
    const source = syntheticFaces({ seed: 5, identities: 12, imagesPerIdentity: 4 });
    for (let i = 0; i < 8; i++) await source.load(i);
    const before = process.cpuUsage();
    for (let i = 8; i < 48; i++) await source.load(i);
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1e6 / 40).toBeLessThan(0.1);
  });
});

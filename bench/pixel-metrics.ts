/**
 * Pairs of 128 x 128 pictures measured a second on one core, beside what people do in Python.
 * npx tsx bench/pixel-metrics.ts [--pairs 60] [--rounds 3] [--python PATH]
 * Ours are all pixel metrics: PSNR, SSIM with its map and L1, whole and in the hole, in the visible part, at the mask's border and
 * in six parts of the face, and MS-SSIM. With --python (which has scikit-image, torchmetrics and torch) the peer runs in turn with
 * ours on the same pairs: scikit-image's PSNR and SSIM with its map, torchmetrics' MS-SSIM, of whole pictures alone, on one
 * thread: bench/peers/pixel_metrics.py. The pictures are SYNTHETIC people.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { random, regionsOf, syntheticFaces } from '@fsg/data';
import { measurePair, pictureRegions } from '@fsg/eval';

const SIZE = 128;
const METRICS = ['psnr', 'ssim', 'ms_ssim'] as const;

const { values: options } = parseArgs({
  options: {
    pairs: { type: 'string', default: '60' },
    rounds: { type: 'string', default: '3' },
    python: { type: 'string' },
  },
});
const count = Number(options.pairs);

interface Pair {
  readonly restored: Uint8Array;
  readonly clean: Uint8Array;
  readonly regions: ReturnType<typeof pictureRegions>;
}

/** Restored: another person's face where the mask is, a little noise elsewhere. */
async function makePairs(): Promise<Pair[]> {
  const source = syntheticFaces({ seed: 9, identities: count + 1, imagesPerIdentity: 1, size: SIZE });
  const faces = await Promise.all(Array.from({ length: count + 1 }, (_, i) => source.load(i)));
  const dice = random(9, 'pixel-metrics');
  return faces.slice(1).map(({ image, mesh }, i) => {
    const other = (faces[i] as (typeof faces)[number]).image.data;
    const [left, top, side] = [dice.integer(20, 60), dice.integer(30, 60), dice.integer(20, 50)];
    const inside = (at: number, from: number): boolean => at >= from && at < from + side;
    const mask = new Uint8Array(SIZE * SIZE).map((_, p) =>
      inside(p % SIZE, left) && inside(Math.floor(p / SIZE), top) ? 1 : 0,
    );
    const restored = image.data.map((level, at) =>
      mask[Math.floor(at / 3)] === 1
        ? (other[at] as number)
        : Math.max(0, Math.min(255, level + dice.integer(-3, 4))),
    );
    const regions = pictureRegions(mask, SIZE, SIZE, regionsOf(mesh, SIZE, SIZE));
    return { restored, clean: image.data, regions };
  });
}

/** Milliseconds of processor time a pair, and what was found. */
interface Turn {
  readonly milliseconds: number;
  readonly values: readonly Readonly<Record<string, number | null>>[];
}

function ours(pairs: readonly Pair[]): Turn {
  const cpu = process.cpuUsage();
  const values = pairs.map(
    ({ restored, clean, regions }) => measurePair(restored, clean, SIZE, SIZE, regions).values,
  );
  const { user, system } = process.cpuUsage(cpu);
  return { milliseconds: (user + system) / 1000 / count, values };
}

async function peer(python: string, file: string): Promise<Turn & { readonly each: Record<string, number> }> {
  const script = join(import.meta.dirname, 'peers', 'pixel_metrics.py');
  const env = { ...process.env, OMP_NUM_THREADS: '1' };
  const { stdout } = await promisify(execFile)(python, [script, file, `${SIZE}`], { env });
  return JSON.parse(stdout);
}

const shown = (milliseconds: number): string =>
  `${milliseconds.toFixed(2)} ms a pair, ${(1000 / milliseconds).toFixed(0)} a second`;

/** The greatest difference of each metric. */
const apart = (a: Turn, b: Turn): string =>
  METRICS.map((key) => {
    const off = a.values.map((found, i) => Math.abs((found[key] ?? 0) - (b.values[i]?.[key] ?? 0)));
    return `${key} ${Math.max(...off).toExponential(1)}`;
  }).join(', ');

const folder = mkdtempSync(join(tmpdir(), 'fsg-pixel-metrics-'));
try {
  const pairs = await makePairs();
  const file = join(folder, 'pairs.raw');
  writeFileSync(file, Buffer.concat(pairs.flatMap(({ restored, clean }) => [restored, clean])));
  ours(pairs);
  for (let round = 0; round < Number(options.rounds); round++) {
    const own = ours(pairs);
    console.log(`ours: ${shown(own.milliseconds)}`);
    if (!options.python) continue;
    const other = await peer(options.python, file);
    const each = Object.entries(other.each).map(([key, value]) => `${key} ${value.toFixed(2)} ms`);
    console.log(`peer: ${shown(other.milliseconds)} (${each.join(', ')})`);
    console.log(`ours is ${(other.milliseconds / own.milliseconds).toFixed(1)} times as fast`);
    console.log(`differences of at most ${apart(own, other)}`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/**
 * Samples a second of `fsg synth` on JPEGs of CelebA's form and size, end to end with writing, beside what people do in Python.
 * npx tsx bench/synth-rate.ts [--count 1500] [--kinds blocks,mask,…] [--python PATH]
 * The pictures are SYNTHETIC people in CelebA's layout. With --python (which has opencv-python-headless and numpy) the peer runs in
 * turn with ours, on the pictures as they are and aligned to 128 x 128 as ours are: bench/peers/compose.py.
 */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { DataConfig, fiveOf, synthesise, syntheticFaces } from '@fsg/data';
import sharp from 'sharp';

const PICTURES = 300;
const [WIDTH, HEIGHT] = [178, 218];
const PEER_KINDS = ['blocks', 'mask', 'sunglasses'];

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '1500' },
    kinds: { type: 'string', default: 'blocks,strokes,mask,cloth,sunglasses' },
    python: { type: 'string' },
  },
});
const count = Number(values.count);
const folder = mkdtempSync(join(tmpdir(), 'fsg-synth-rate-'));

/** CelebA's files, and the 68 points that the peer takes. */
async function makeCelebA(root: string): Promise<void> {
  const pictures = join(root, 'img_align_celeba');
  mkdirSync(pictures, { recursive: true });
  const source = syntheticFaces({ seed: 9, identities: PICTURES, imagesPerIdentity: 1, size: HEIGHT });
  const left = (HEIGHT - WIDTH) / 2;
  const rows = { identity: [] as string[], partition: [] as string[], landmarks: [] as string[] };
  const points: Record<string, number[][]> = {};
  for (let i = 0; i < PICTURES; i++) {
    const { image, mesh, landmarks } = await source.load(i);
    const name = `${String(i + 1).padStart(6, '0')}.jpg`;
    const picture = sharp(image.data, { raw: { width: HEIGHT, height: HEIGHT, channels: 3 } });
    await picture
      .extract({ left, top: 0, width: WIDTH, height: HEIGHT })
      .jpeg({ quality: 92 })
      .toFile(join(pictures, name));
    rows.identity.push(`${name} ${i + 1}`);
    rows.partition.push(`${name} 0`);
    const five = fiveOf(mesh).map((value, k) => Math.round(value - (k % 2 === 0 ? left : 0)));
    rows.landmarks.push(`${name} ${five.join(' ')}`);
    points[name] = Array.from({ length: 68 }, (_, k) => [
      (landmarks[2 * k] as number) - left,
      landmarks[2 * k + 1] as number,
    ]);
  }
  const names =
    'lefteye_x lefteye_y righteye_x righteye_y nose_x nose_y leftmouth_x leftmouth_y rightmouth_x rightmouth_y';
  writeFileSync(join(root, 'identity_CelebA.txt'), `${rows.identity.join('\n')}\n`);
  writeFileSync(join(root, 'list_eval_partition.txt'), `${rows.partition.join('\n')}\n`);
  const landmarks = [PICTURES, names, ...rows.landmarks].join('\n');
  writeFileSync(join(root, 'list_landmarks_align_celeba.txt'), `${landmarks}\n`);
  writeFileSync(join(root, 'points.json'), JSON.stringify(points));
}

interface Rate {
  readonly wall: number;
  /** A second of processor time of all threads. */
  readonly core: number;
}

async function ours(root: string, kind: string, workers: number): Promise<Rate> {
  const config = DataConfig.parse({ source: { kind: 'celeba', root }, occluders: [kind] });
  const [clock, cpu] = [performance.now(), process.cpuUsage()];
  const out = join(folder, `${kind}-${workers}`);
  await synthesise(config, { count, out, workers });
  const { user, system } = process.cpuUsage(cpu);
  const seconds = (performance.now() - clock) / 1000;
  rmSync(out, { recursive: true });
  return { wall: count / seconds, core: (count * 1e6) / (user + system) };
}

async function peer(python: string, root: string, kind: string, aligned: boolean): Promise<Rate> {
  const script = join(import.meta.dirname, 'peers', 'compose.py');
  const args = [
    script,
    join(root, 'img_align_celeba'),
    join(root, 'points.json'),
    join(folder, 'peer'),
    kind,
    `${count}`,
  ];
  const { stdout } = await promisify(execFile)(python, [...args, ...(aligned ? ['--align'] : [])]);
  return JSON.parse(stdout) as Rate;
}

const shown = ({ wall, core }: Rate): string =>
  `${core.toFixed(0)} a core second, ${wall.toFixed(0)} a second`;

try {
  const root = join(folder, 'celeba');
  await makeCelebA(root);
  for (const kind of values.kinds.split(',')) {
    if (values.python && PEER_KINDS.includes(kind)) {
      console.log(`${kind}, peer: ${shown(await peer(values.python, root, kind, false))}`);
      console.log(`${kind}, peer, aligned: ${shown(await peer(values.python, root, kind, true))}`);
    }
    for (const workers of [1, 2]) {
      console.log(`${kind}, ours, ${workers} workers: ${shown(await ours(root, kind, workers))}`);
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

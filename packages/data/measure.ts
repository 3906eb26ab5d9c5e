/** Rates of aligning, composing, batching and synthesis on this machine: `npx tsx packages/data/measure.ts`. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DataConfig,
  type FaceSet,
  FILELESS_KINDS,
  OccluderConfig,
  openData,
  openFaces,
  openLoader,
  openOccluder,
  random,
  synthesise,
} from './src/index.ts';
import { toBatch } from './src/loader/batch.ts';
import { composeSample } from './src/sample.ts';
import { warp } from './src/warp.ts';

const config = DataConfig.parse({
  source: { kind: 'synthetic', identities: 60, imagesPerIdentity: 2 },
  split: { validation: 0, test: 0 },
});
const BATCH = 32;

/** Best of three turns of a second: calls by second of processor time and of the clock. */
async function rate(call: (n: number) => void | Promise<void>, perCall = 1): Promise<string> {
  let [perCpu, perClock] = [0, 0];
  for (let turn = 0, n = 0; turn < 3; turn++) {
    const [cpu, clock, first] = [process.cpuUsage(), performance.now(), n];
    while (performance.now() - clock < 1000) await call(n++);
    const { user, system } = process.cpuUsage(cpu);
    perCpu = Math.max(perCpu, (perCall * (n - first) * 1e6) / (user + system));
    perClock = Math.max(perClock, (perCall * (n - first) * 1000) / (performance.now() - clock));
  }
  return `${perCpu.toFixed(0)} a CPU second, ${perClock.toFixed(0)} a second`;
}

async function measureComposing(faces: FaceSet): Promise<void> {
  const occluders = await Promise.all(
    FILELESS_KINDS.map(async (kind) => ({
      occluder: await openOccluder(OccluderConfig.parse(kind)),
      weight: 1,
    })),
  );
  for (const { occluder } of occluders) {
    const draw = (n: number) => void occluder.occlude(faces.face(n % faces.size), random('measure', n));
    console.log(`${occluder.name}: ${await rate(draw)}`);
  }
  for (const augment of [undefined, { flip: true, rotate: true }]) {
    const composing = { seed: 0, degrade: config.degrade, occluders, ...(augment && { augment }) };
    const batch = async (n: number): Promise<void> => {
      const samples = Array.from({ length: BATCH }, (_, i) =>
        composeSample(faces.face((n * BATCH + i) % faces.size), n, composing),
      );
      toBatch(await Promise.all(samples), new Map());
    };
    console.log(`batches of all kinds${augment ? ', augmented' : ''}: ${await rate(batch, BATCH)} (samples)`);
  }
}

/** A face of CelebA's size to 128 x 128. */
async function measureWarp(): Promise<void> {
  const image = { width: 178, height: 218, data: Uint8Array.from({ length: 178 * 218 * 3 }, (_, i) => i) };
  const similarity = { a: 0.81, b: 0.03, e: -8, f: -28 };
  console.log(`aligning: ${await rate(() => void warp(image, similarity, 128))}`);
}

async function measureLoader(faces: FaceSet, data = config, what = 'loader, one thread'): Promise<void> {
  const loader = openLoader(data, faces, { batch: BATCH, seed: 0 });
  let at = { epoch: 0, index: 0 };
  await loader.batch(at);
  const clock = performance.now();
  for (let i = 0; i < 60; i++) {
    at = loader.next(at);
    await loader.batch(at);
  }
  console.log(`${what}: ${((60 * BATCH * 1000) / (performance.now() - clock)).toFixed(0)} samples a second`);
  await loader.close();
}

/** A stored set's pairs: read once out of the shards into the file of faces, then as batches. */
async function measureShards(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'fsg-measure-'));
  try {
    const root = join(folder, 'set');
    const count = 1200;
    await synthesise(config, { count, out: root, workers: 2 });
    const stored = DataConfig.parse({ source: { kind: 'stored', root }, split: { validation: 0, test: 0 } });
    const data = await openData(stored);
    const { source } = data;
    for (let i = 0; i < 200; i++) await source.load(i);
    const [cpu, clock] = [process.cpuUsage(), performance.now()];
    for (let i = 0; i < count; i++) await source.load(i);
    const { user, system } = process.cpuUsage(cpu);
    const wall = (count * 1000) / (performance.now() - clock);
    console.log(
      `pairs out of shards: ${((count * 1e6) / (user + system)).toFixed(0)} a CPU second, ${wall.toFixed(0)} a second`,
    );
    const faces = await openFaces(data, { split: 'train', workers: 2, cache: folder });
    await measureLoader(faces, stored, 'loader of pairs, one thread');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function measureSynthesis(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'fsg-measure-'));
  try {
    for (const workers of [1, 2, 1, 2]) {
      const clock = performance.now();
      await synthesise(config, { count: 60, out: join(folder, `${workers}-${clock}`), workers });
      const seconds = (performance.now() - clock) / 1000;
      console.log(
        `synth, ${workers} workers: 60 samples in ${seconds.toFixed(1)} s with the start of the threads`,
      );
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const cache = await mkdtemp(join(tmpdir(), 'fsg-measure-'));
const faces = await openFaces(await openData(config), { split: 'train', workers: 2, cache });
await measureWarp();
await measureComposing(faces);
await measureLoader(faces);
await measureShards();
await measureSynthesis();
await rm(cache, { recursive: true });

/**
 * Forward passes of the evaluation's networks, images (of LPIPS, pairs) of 128 x 128 a second, beside PyTorch in turn.
 * npx tsx bench/perceptual.ts [--networks lpips-alex,…] [--batch 16] [--passes 15] [--threads 2] [--python PATH]
 * Weights are made up. With --python (which has torch, torchvision, lpips and pytorch-fid) the peer runs in turn with ours, pass by
 * pass: bench/peers/networks.py. Printed: rates of the median and of the fastest pass; others' load disturbs the fastest least.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { startEngine, type Tensor4D, tf } from '@fsg/engine';
import {
  initialise,
  type LightCnnName,
  lightCnn,
  lightCnnEntries,
  openInception,
  openLpips,
  type PerceptualFile,
  perceptualEntries,
  TensorNet,
  writeSafetensors,
} from '@fsg/models';
import { syntheticWeights } from '@fsg/models/testing';

const NETWORKS = ['lpips-alex', 'lpips-vgg', 'inception-fid', 'lightcnn29v2', 'lightcnn9'];
const SIZE = 128;

const { values } = parseArgs({
  options: {
    networks: { type: 'string', default: NETWORKS.join(',') },
    batch: { type: 'string', default: '16' },
    passes: { type: 'string', default: '15' },
    threads: { type: 'string', default: '2' },
    python: { type: 'string' },
  },
});
const [batch, passes] = [Number(values.batch), Number(values.passes)];
/** Passes that do not count. */
const WARM_UP = 2;
const folder = mkdtempSync(join(tmpdir(), 'fsg-perceptual-'));

function fileOf(name: PerceptualFile): string {
  const path = join(folder, `${name}.safetensors`);
  writeFileSync(path, writeSafetensors(syntheticWeights(perceptualEntries(name))));
  return path;
}

/** One forward pass whose result is read back. */
async function passOf(name: string): Promise<() => void> {
  const pictures = (channels: number): Tensor4D => tf.randomUniform([batch, SIZE, SIZE, channels], -1, 1);
  const read = (compute: () => tf.Tensor) => (): void => void tf.tidy(() => compute().dataSync());
  if (name === 'lpips-alex' || name === 'lpips-vgg') {
    const backbone = fileOf(name === 'lpips-alex' ? 'alexnet' : 'vgg16');
    const lpips = await openLpips({ backbone, linear: fileOf(name) });
    const [a, b] = [pictures(3), pictures(3)];
    return read(() => lpips.distance(a, b));
  }
  if (name === 'inception-fid') {
    const network = await openInception(fileOf(name));
    const a = pictures(3);
    return read(() => network.features(a));
  }
  const recogniser = name as LightCnnName;
  const net = new TensorNet(initialise(lightCnnEntries(recogniser), 1), { training: false, spectral: false });
  const a = pictures(1);
  return read(() => lightCnn(net, a, recogniser));
}

/** Seconds of a pass in PyTorch, asked for one by one. Its threads wait asleep: spinning, they lose most of a busy machine's time. */
function openPeer(python: string, name: string): { pass(): Promise<number>; close(): void } {
  const script = join(import.meta.dirname, 'peers', 'networks.py');
  const child = spawn(python, [script, name, `${batch}`, values.threads], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, OMP_WAIT_POLICY: 'passive', GOMP_SPINCOUNT: '0' },
  });
  const answers = createInterface(child.stdout)[Symbol.asyncIterator]();
  return {
    pass: async () => {
      child.stdin.write('\n');
      return Number((await answers.next()).value);
    },
    close: () => void child.stdin.end(),
  };
}

function secondsOf(pass: () => void): number {
  const start = performance.now();
  pass();
  return (performance.now() - start) / 1000;
}

const median = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[numbers.length >> 1] as number;

async function compare(name: string): Promise<void> {
  const pass = await passOf(name);
  const peer = values.python ? openPeer(values.python, name) : null;
  const [ours, others]: [number[], number[]] = [[], []];
  for (let i = 0; i < WARM_UP + passes; i++) {
    const [other, own] = [await peer?.pass(), secondsOf(pass)];
    if (i < WARM_UP) continue;
    ours.push(own);
    if (other !== undefined) others.push(other);
  }
  peer?.close();
  for (const [what, pick] of [
    ['median', median],
    ['fastest', (seconds: readonly number[]) => Math.min(...seconds)],
  ] as const) {
    const rate = batch / pick(ours);
    const beside =
      peer && `, PyTorch ${(batch / pick(others)).toFixed(1)}: ${(rate / (batch / pick(others))).toFixed(2)}`;
    console.log(`${name}, ${what} pass: ours ${rate.toFixed(1)} a second${beside ?? ''}`);
  }
}

try {
  const { backend, threads } = await startEngine({ env: { ...process.env, FSG_THREADS: values.threads } });
  console.log(`${backend}, ${threads} threads, batches of ${batch}`);
  for (const name of values.networks.split(',')) await compare(name);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/**
 * Memory of an evaluation by its number of images, from measuring to tables and plots: npx tsx apps/cli/measure.ts [1000 10000 100000]
 * SYNTHETIC people, 64 faces that come again under other names with other occlusions; each number in a process of its own. The judge
 * is an average of colours, so that images are many and networks play no part.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataConfig, type Face, type FaceSet, openData, type Rgb } from '@fsg/data';
import { startEngine } from '@fsg/engine';
import {
  buildRecognitionTable,
  buildTable,
  type Judge,
  type Method,
  meanImage,
  metricCards,
  occludedInput,
  pastedMeanFace,
  plotsOfRecognition,
  plotsOfTable,
} from '@fsg/eval';
import type { Context } from './src/tasks/context.ts';
import { BOOTSTRAP } from './src/tasks/evaluate.ts';
import { measureSamples } from './src/tasks/measure-samples.ts';

const FACES = 64;
const IMAGES_A_PERSON = 10;
const GRID = 8;

/** Mean colours of a grid. */
const colours: Judge = {
  name: 'colours',
  dimensions: 3 * GRID * GRID,
  embed: async (images) => images.map(coloursOf),
};

function coloursOf({ data, width, height }: Rgb): Float32Array {
  const means = new Float32Array(3 * GRID * GRID);
  const share = (GRID * GRID) / (width * height);
  for (let p = 0; p < width * height; p++) {
    const x = Math.floor(((p % width) * GRID) / width);
    const y = Math.floor((Math.floor(p / width) * GRID) / height);
    for (let c = 0; c < 3; c++) {
      const at = 3 * (y * GRID + x) + c;
      means[at] = (means[at] as number) + share * ((data[3 * p + c] as number) - 127);
    }
  }
  return means;
}

/** So many images of 64 faces. */
function faceSet(faces: readonly Face[], count: number): FaceSet {
  const refs = Array.from({ length: count }, (_, i) => ({
    key: `image-${i}`,
    identity: `person-${Math.floor(i / IMAGES_A_PERSON)}`,
  }));
  return {
    split: 'test',
    synthetic: true,
    file: { refs } as unknown as FaceSet['file'],
    size: count,
    setAside: [],
    face: (i) => ({ ...(faces[i % FACES] as Face), ...refs[i] }),
    close: () => {},
  };
}

async function evaluate(count: number): Promise<void> {
  await startEngine();
  const source = { kind: 'synthetic', seed: 5, identities: FACES, imagesPerIdentity: 1 };
  const data = await openData(DataConfig.parse({ source }));
  const faces: Face[] = [];
  for (let i = 0; i < FACES; i++) faces.push(await data.source.load(i));
  const methods: Method[] = [occludedInput, pastedMeanFace(await meanImage(faces.map(({ image }) => image)))];
  const folder = mkdtempSync(join(tmpdir(), 'fsg-measure-'));
  const context = {
    signal: new AbortController().signal,
    info: () => {},
    warn: () => {},
    progress: () => ({ at: () => {}, end: () => {} }),
  } as unknown as Context;
  const start = performance.now();
  const seconds = (): string => `${((performance.now() - start) / 1000).toFixed(0)} s`;
  try {
    const options = { folder, data, faces: faceSet(faces, count), count, methods, real: false };
    const instruments = { judges: [colours] };
    const { results, recognition } = await measureSamples(
      { ...options, instruments, fingerprint: {} },
      context,
    );
    const measured = seconds();
    const about = {
      title: 'Memory',
      created: '',
      synthetic: true,
      data: { name: 'synthetic-a', split: 'test', contentHash: null },
      judges: [colours.name],
      sources: [],
      bootstrap: BOOTSTRAP,
      references: ['occluded'],
    };
    const table = await buildTable({
      ...about,
      cards: metricCards(about.judges),
      rows: methods.map((method) => ({ ...method, parts: [{ results, method: method.key }] })),
    });
    const recognised = buildRecognitionTable({
      ...about,
      rows: methods.map((method) => ({ ...method, parts: [{ scores: recognition, condition: method.key }] })),
    });
    plotsOfTable(table);
    plotsOfRecognition(recognition, recognised);
    const most = process.resourceUsage().maxRSS / 1024;
    console.log(
      `${count} images: ${most.toFixed(0)} MiB at most; measured in ${measured}, all in ${seconds()}`,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const [first, ...others] = process.argv.slice(2).map(Number);
if (first !== undefined && others.length === 0) await evaluate(first);
else {
  for (const count of first === undefined ? [1000, 10_000, 100_000] : [first, ...others]) {
    const args = [...process.execArgv, import.meta.filename, `${count}`];
    execFileSync(process.execPath, args, { stdio: 'inherit' });
  }
}

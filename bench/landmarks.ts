/**
 * npx tsx bench/landmarks.ts [--faces 60] [--draw FOLDER]
 * How far the detector's face meshes lie from the truth of synthetic people, how many faces it finds on face-api's own
 * photographs beside face-api (with --draw written there, meshes and all), and what a face costs on each backend.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fiveOf, identityOf, imageOf, type Rgb, renderFace, wideFraming } from '@fsg/data';
import { type DetectedFace, type Detector, openDetector } from '@fsg/data/detection';
import { startEngine } from '@fsg/engine';
import sharp from 'sharp';
import { openFaceApi, PHOTOGRAPHS } from './face-api.ts';
import { type FaceError, faceErrors, mean, quantile, REGIONS, type Region, YAWS } from './landmark-error.ts';

const { values } = parseArgs({
  options: { faces: { type: 'string', default: '60' }, draw: { type: 'string' } },
});

async function read(file: string): Promise<Rgb> {
  const { data, info } = await sharp(file).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

async function synthetic(detector: Detector): Promise<void> {
  console.log(
    '\nsynthetic people, errors in per cent of the distance of the eyes (mean / median / 95th percentile)',
  );
  for (const population of ['a', 'b'] as const) {
    for (const size of [128, 256, 400]) {
      const errors = await faceErrors(detector, { population, size, faces: Number(values.faces) });
      for (const [from, to] of YAWS) {
        const some = errors.filter(({ yaw }) => Math.abs(yaw) >= from && Math.abs(yaw) < to);
        console.log(`${population}, ${size} pixels, |yaw| ${from} to ${to - 1}: ${summary(some)}`);
      }
    }
  }
}

function summary(errors: readonly FaceError[]): string {
  const found = errors.flatMap(({ found }) => found ?? []);
  const spread = (all: readonly number[]): string =>
    [mean(all), quantile(all, 0.5), quantile(all, 0.95)].map((value) => value.toFixed(1)).join(' / ');
  const region = (name: Region): string => {
    const all = found.map(({ regions }) => regions[name]);
    const lower = mean(all.map((one) => one.lower));
    return `${name} ${mean(all.map(({ distance }) => distance)).toFixed(1)} (${lower >= 0 ? 'lower' : 'higher'} ${Math.abs(lower).toFixed(1)})`;
  };
  return [
    `found ${found.length} of ${errors.length}`,
    `mesh ${spread(found.map(({ mesh }) => mesh))}`,
    `68 points ${spread(found.map(({ points68 }) => points68))}`,
    ...(Object.keys(REGIONS) as Region[]).map(region),
    `depth ${mean(found.map(({ depth }) => depth)).toFixed(1)}`,
    `pose ${mean(found.map(({ pose }) => pose)).toFixed(1)} degrees`,
  ].join(', ');
}

async function photographs(detector: Detector): Promise<void> {
  console.log("\nface-api's photographs: faces found, and how far their eyes' centres lie from face-api's");
  const api = await openFaceApi();
  for (const file of PHOTOGRAPHS) {
    const image = await read(file);
    const clock = performance.now();
    const faces = await detector.detect(image);
    const ms = performance.now() - clock;
    const theirs = (await api.landmarks(image, 0.3)).map(eyesOf);
    const off = theirs.flatMap((eyes) => {
      const nearest = Math.min(...faces.map((face) => eyeDistance(fiveOf(face.mesh), eyes)));
      return nearest < 100 ? nearest : [];
    });
    console.log(
      `${file.split('/').at(-1)}: ${faces.length} (face-api ${theirs.length}), eyes ${mean(off).toFixed(1)} per cent, ${ms.toFixed(0)} ms`,
    );
    if (values.draw) await draw(file, image, faces, join(values.draw, `${file.split('/').at(-1)}.png`));
  }
}

/** Means of the six points of each eye: x, y of the picture's left one, then of the other. */
function eyesOf(landmarks: Float32Array): number[] {
  const middle = (first: number, axis: 0 | 1): number =>
    mean(Array.from({ length: 6 }, (_, i) => landmarks[2 * (first + i) + axis] as number));
  return [middle(36, 0), middle(36, 1), middle(42, 0), middle(42, 1)];
}

/** Mean over both eyes, per cent of the distance of the second's. */
function eyeDistance(a: ArrayLike<number>, b: readonly number[]): number {
  const [leftX, leftY, rightX, rightY] = b as [number, number, number, number];
  const left = Math.hypot((a[0] as number) - leftX, (a[1] as number) - leftY);
  const right = Math.hypot((a[2] as number) - rightX, (a[3] as number) - rightY);
  return (50 * (left + right)) / Math.hypot(rightX - leftX, rightY - leftY);
}

async function draw(file: string, { width, height }: Rgb, faces: readonly DetectedFace[], out: string) {
  const points = faces.flatMap(({ mesh }) =>
    Array.from({ length: mesh.length / 3 }, (_, i) => `M${mesh[3 * i]} ${mesh[3 * i + 1]}h0`),
  );
  const style = 'fill="none" stroke="lime" stroke-width="3" stroke-linecap="round"';
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><path d="${points.join('')}" ${style}/></svg>`;
  await sharp(file)
    .composite([{ input: Buffer.from(svg) }])
    .png()
    .toFile(out);
}

/** Medians: of pictures of 128 pixels with one face, and of face-api's first two photographs. */
async function times(detector: Detector): Promise<string> {
  const small = Array.from({ length: 15 }, (_, index) => {
    const identity = identityOf(1, index, 'a');
    return renderFace(identity, imageOf(1, identity.name, 0, 'a'), wideFraming(128)).image;
  });
  const large = await Promise.all(PHOTOGRAPHS.slice(0, 2).map(read));
  await detector.detect(small[0] as Rgb);
  const median = async (images: readonly Rgb[]): Promise<string> => {
    const [wall, cpu]: [number[], number[]] = [[], []];
    for (const image of images) {
      const [clock, used] = [performance.now(), process.cpuUsage()];
      await detector.detect(image);
      const { user, system } = process.cpuUsage(used);
      wall.push(performance.now() - clock);
      cpu.push((user + system) / 1000);
    }
    return `${quantile(wall, 0.5).toFixed(0)} ms (${quantile(cpu, 0.5).toFixed(0)} ms of processor time)`;
  };
  return `a picture of 128 pixels with a face ${await median(small)}, a photograph of 1920 pixels ${await median(large)}`;
}

for (const backend of ['wasm', 'tensorflow'] as const) {
  const info = await startEngine({ backend });
  const detector = await openDetector();
  console.log(`${backend}, ${info.threads} threads: ${await times(detector)}`);
  if (backend === 'tensorflow') {
    await photographs(detector);
    await synthetic(detector);
  }
  detector.dispose();
}

/** Runs made for tests: real folders by packages/runs, their pictures and curves constructed. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { artifactsPath, createRun, Journal, journalPath, type Run } from '@fsg/runs';
import sharp from 'sharp';

/** Would run where markup is not escaped. */
export const CANARY = '"><img src=x onerror="window.canary=1"><script>window.canary=1</script>';

const START = Date.UTC(2026, 0, 31, 12, 0, 0);

/** A picture of one colour for each step, so that tests know which one shows. */
export const colourOf = (step: number): [number, number, number] => [(step * 7) % 256, (step * 3) % 256, 120];

export interface FakeRun {
  readonly recipe: string;
  readonly losses: readonly string[];
  readonly sampleSteps: readonly number[];
  readonly steps: number;
}

export async function fakeRun(root: string, { recipe, losses, sampleSteps, steps }: FakeRun): Promise<Run> {
  const fields = {
    recipe,
    command: ['fsg', 'train', CANARY],
    commit: '0123456789abcdef0123456789abcdef01234567',
    uncommitted: true,
    versions: { node: '20.20.2', tensorflow: '2.21.0' },
    machine: { cpu: 'constructed', cores: 2, memoryGiB: 8 },
    config: { recipe, note: CANARY, optimiser: { rate: 0.001, betas: [0.5, 0.999] }, steps },
    inputs: {},
  };
  const run = await createRun(root, fields, () => START, Math.random);
  writeJournal(run, losses, steps);
  await mkdir(join(artifactsPath(run), 'samples'));
  for (const step of sampleSteps) await writeFile(samplePath(run, step), await plain(colourOf(step)));
  return run;
}

export const samplePath = (run: Run, step: number): string =>
  join(artifactsPath(run), 'samples', `step-${String(step).padStart(8, '0')}.png`);

export function plain(
  [r, g, b]: readonly [number, number, number],
  width = 820,
  height = 300,
): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 3, background: { r, g, b } } })
    .png()
    .toBuffer();
}

/** Start, one interruption of an hour half-way, end; a loss that is no number once. */
function writeJournal(run: Run, losses: readonly string[], steps: number): void {
  let now = START;
  const journal = new Journal(journalPath(run), () => now);
  journal.event(0, 'start', { note: CANARY });
  for (let step = 10; step <= steps; step += 10) {
    now += 1000;
    const noise = 1 + 0.3 * Math.sin(step * 12.9898);
    const metrics = losses.map((name, i) => [`train/${name}`, (100 / (i + 1) / (1 + step / 100)) * noise]);
    journal.metrics(step, {
      ...Object.fromEntries(metrics),
      'train/rate': 1e-3,
      'train/gradient/g': 2 * noise,
    });
    if (step % 100 === 0) {
      journal.metrics(step, {
        'validation/psnr_hole': 12 + step / 200,
        'validation/ssim': 0.4 + step / 5000,
      });
      journal.event(step, 'checkpoint');
    }
    if (step === 50) journal.metrics(step, { 'train/odd': Number.NaN });
    if (step === Math.floor(steps / 20) * 10) {
      now += 3_600_000;
      journal.event(step, 'resume', { from: `step-${step}` });
    }
  }
  journal.event(steps, 'end', { ending: 'finished' });
  journal.close();
}

/** Two runs as a demo leaves them, the second with gallery and table. */
export async function fakeDemo(root: string): Promise<[Run, Run]> {
  const first = await fakeRun(root, {
    recipe: 'stage1-demo',
    losses: ['loss', 'reconstruction', 'kl'],
    sampleSteps: [0, 100, 300, 600],
    steps: 600,
  });
  const second = await fakeRun(root, {
    recipe: `stage2-demo`,
    losses: [
      'loss',
      'l1',
      'identity',
      'adversarial',
      'discriminator',
      'adversarial/small',
      'adversarial/large',
    ],
    sampleSteps: [50, 200, 400],
    steps: 400,
  });
  await writeFile(join(artifactsPath(second), 'gallery.png'), await plain([10, 200, 90]));
  await writeFile(join(artifactsPath(second), 'table.json'), JSON.stringify({ cell: '21.34' }));
  return [first, second];
}

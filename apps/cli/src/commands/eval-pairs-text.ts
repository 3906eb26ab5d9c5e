/** What `fsg eval --pairs` tells people. */
import type { Figure, Figures, PairsAnswer } from '../tasks/measure-pairs.ts';

const NAMES: Readonly<Record<string, readonly [label: string, digits: number]>> = {
  psnr: ['PSNR, dB', 2],
  ssim: ['SSIM', 4],
  l1: ['L1, levels of 255', 3],
  ms_ssim: ['MS-SSIM', 4],
};

export function renderPairs({ n, occluded, ...restored }: PairsAnswer): string {
  return [
    `${n} pairs; 95 % intervals by a bootstrap over the pictures`,
    ...lines('restored', restored),
    ...(occluded ? lines('occluded', occluded) : []),
  ].join('\n');
}

function lines(label: string, { metrics, regions }: Figures): string[] {
  const parts = { 'whole picture': metrics, ...regions };
  return Object.entries(parts).flatMap(([part, figures]) => [
    `${label}, ${part}`,
    ...Object.entries(figures).map(([key, figure]) => `  ${line(key, figure)}`),
  ]);
}

function line(key: string, { mean, low, high, identical = 0, reason }: Figure): string {
  const [label, digits] = NAMES[key] as (typeof NAMES)[string];
  const apart = identical > 0 ? `; ${identical} identical pairs counted apart` : '';
  if (mean === null) return `${label.padEnd(18)} – (${reason})${apart}`;
  const ends = low === null || high === null ? '' : `  ${low.toFixed(digits)} … ${high.toFixed(digits)}`;
  return `${label.padEnd(18)} ${mean.toFixed(digits)}${ends}${apart}`;
}

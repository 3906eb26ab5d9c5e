import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Diagnosis, diagnose, judge } from '../src/doctor.ts';
import { parseFeatures, parseGpus, parseProcessorLimit } from '../src/machine.ts';

const GIGABYTE = 1e9;
const features = { avx: true, avx2: true, avx512: true, bf16: true, amx: false };
const healthy: Omit<Diagnosis, 'findings'> = {
  node: '20.20.2',
  backend: 'tensorflow',
  tensorflowVersion: '2.21.0',
  device: 'cpu',
  threads: 8,
  precision: 'float32',
  speed: { float32: 240, bf16: 242 },
  processor: { model: 'a processor', cores: 8, limit: null, features },
  gpus: [],
  memory: { total: 32 * GIGABYTE, free: 16 * GIGABYTE },
  disk: { free: 100 * GIGABYTE },
  cache: { folder: '/cache', size: GIGABYTE },
};
const gpu = { name: 'NVIDIA H200', memoryMegabytes: 143_771, driver: '570.86.15' };

/** The findings that are not ok, for a machine that differs from a healthy one. */
function complaints(
  difference: Partial<Diagnosis>,
  { failure, driver = false }: { failure?: string; driver?: boolean } = {},
) {
  const findings = judge({ ...healthy, ...difference }, { failure, driver });
  return findings.filter(({ level }) => level !== 'ok');
}

describe('fsg doctor', () => {
  it('finds nothing amiss on a healthy machine', () => {
    expect(complaints({})).toEqual([]);
  });

  it.each<[string, Partial<Diagnosis>, { failure?: string; driver?: boolean }, string, RegExp]>([
    ['no backend', { backend: null }, { failure: 'wasm did not start' }, 'error', /setup/],
    ['the slow backend', { backend: 'wasm' }, { failure: 'no compiler' }, 'warn', /setup/],
    ['a GPU that is not used', { gpus: [gpu] }, { driver: true }, 'warn', /setup --gpu/],
    ['a driver without GPU', {}, { driver: true }, 'warn', /nvidia-smi/],
    ['little memory', { memory: { total: 4 * GIGABYTE, free: GIGABYTE } }, {}, 'warn', /3 GB/],
    ['a full disk', { disk: { free: GIGABYTE } }, {}, 'warn', /make room/],
    [
      'more threads than a container may use',
      { processor: { ...healthy.processor, limit: 2.5 } },
      {},
      'warn',
      /FSG_THREADS=3/,
    ],
  ])('names %s with its fix', (_what, difference, circumstances, level, fix) => {
    expect(complaints(difference, circumstances)).toEqual([
      { level, what: expect.any(String), fix: expect.stringMatching(fix) },
    ]);
  });

  it('starts, measures and reports the backend at hand', async () => {
    const impossible = join(import.meta.filename, 'cache');
    const diagnosis = await diagnose('/', { ...process.env, FSG_BACKEND: 'wasm', FSG_CACHE: impossible });
    expect(diagnosis).toMatchObject({
      backend: 'wasm',
      tensorflowVersion: null,
      device: 'cpu',
      precision: 'float32',
    });
    expect(diagnosis.speed?.float32).toBeGreaterThan(0);
    expect(diagnosis.memory.free).toBeGreaterThan(0);
    expect(diagnosis.memory.free).toBeLessThanOrEqual(diagnosis.memory.total);
    expect(diagnosis.disk.free).toBeGreaterThan(0);
  });
});

describe('what the system tells', () => {
  it('processor features, by the kernel’s names', () => {
    const sapphireRapids = 'fpu sse2 avx f16c avx2 avx512f avx512_bf16 amx_bf16 amx_tile amx_int8';
    expect(parseFeatures(sapphireRapids)).toEqual({
      avx: true,
      avx2: true,
      avx512: true,
      bf16: true,
      amx: true,
    });
    expect(parseFeatures('fpu sse2 avx')).toEqual({
      avx: true,
      avx2: false,
      avx512: false,
      bf16: false,
      amx: false,
    });
  });

  it('the limit of a control group', () => {
    expect(parseProcessorLimit('150000 100000\n')).toBe(1.5);
    expect(parseProcessorLimit('max 100000\n')).toBeNull();
    expect(parseProcessorLimit(null)).toBeNull();
  });

  it('GPUs, as nvidia-smi lists them', () => {
    expect(parseGpus('NVIDIA H200, 143771, 570.86.15\nNVIDIA H200, 143771, 570.86.15\n')).toEqual([gpu, gpu]);
    expect(parseGpus('No devices were found\n')).toEqual([]);
  });
});

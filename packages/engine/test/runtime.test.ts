import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import {
  type Build,
  cacheFolder,
  ensureRuntime,
  findRuntime,
  removeRuntime,
  setUp,
  whyNoRuntime,
  withLock,
} from '../runtime/index.mjs';
import { createFakeMachine, type FakeMachine, silent } from './fake-tools.ts';

const LIBRARY = 'tensorflow/libtensorflow_cc.so.2';
const HEADER = 'tensorflow/include/tensorflow/c/c_api.h';
const MEMBERS = {
  [LIBRARY]: 'library '.repeat(1000),
  [HEADER]: '// header',
  'tensorflow/python/much.py': 'not wanted',
};

/** A build of one tiny wheel. The file name is what pip and uv are asked by. */
function offerBuild(machine: FakeMachine, { gpu = false } = {}): Build {
  const name = gpu ? 'tensorflow' : 'tensorflow_cpu';
  const wheels = [machine.offer(`${name}-9.9.9-cp311-cp311-manylinux_2_27_x86_64.whl`, MEMBERS)];
  if (gpu) {
    const library = { 'nvidia/cublas/lib/libcublas.so.12': 'cublas', 'nvidia/cublas/include/cublas.h': '' };
    wheels.push(machine.offer('nvidia_cublas_cu12-12.9.3-py3-none-manylinux_2_27_x86_64.whl', library));
  }
  const platform = `${process.platform}-${process.arch}`;
  return {
    name: `tensorflow-9.9.9-${gpu ? 'gpu' : 'cpu'}`,
    version: '9.9.9',
    platform,
    gpu,
    unpacked: 8_000,
    wheels,
  };
}

const ensure = (machine: FakeMachine, pins: Build[]) =>
  ensureRuntime({ env: machine.env, pins, progress: silent });

async function problemOf(
  outcome: ReturnType<typeof ensureRuntime>,
): Promise<{ problem: string; news: boolean }> {
  const found = await outcome;
  if (found.runtime) throw new Error('set-up succeeded');
  return found;
}

/** Set-up in another process, which can be killed. */
function setUpElsewhere(machine: FakeMachine, pins: Build[]): ChildProcess {
  const script = `
    import { ensureRuntime } from ${JSON.stringify(new URL('../runtime/index.mjs', import.meta.url).href)};
    const { runtime } = await ensureRuntime({ env: process.env, pins: ${JSON.stringify(pins)} });
    process.exitCode = runtime ? 0 : 1;`;
  return spawn(process.execPath, ['--input-type=module', '-e', script], {
    env: machine.env,
    stdio: 'ignore',
  });
}

const ended = (child: ChildProcess): Promise<number | null> => new Promise((done) => child.on('exit', done));

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(20);
}

describe('set-up of the runtime', () => {
  it('fetches, unpacks only what is needed, compiles, and does nothing the second time', async () => {
    const machine = createFakeMachine('python3', 'g++');
    const pins = [offerBuild(machine)];
    expect(findRuntime({ env: machine.env, pins })).toBeNull();
    const { runtime } = await ensure(machine, pins);
    const folder = runtime?.folder as string;
    expect(readFileSync(join(folder, LIBRARY), 'utf8')).toBe(MEMBERS[LIBRARY]);
    expect(existsSync(join(folder, HEADER))).toBe(true);
    expect(existsSync(join(folder, 'tensorflow/python'))).toBe(false);
    expect(readdirSync(runtime?.addons as string)).toContain('tfjs_binding.node');
    expect(readdirSync(machine.cache)).toEqual(['runtimes']);

    const compiled = machine.calls('g++');
    expect(findRuntime({ env: machine.env, pins })).toEqual(runtime);
    expect(await ensure(machine, pins)).toEqual({ runtime });
    expect(machine.calls('python3')).toBe(1);
    expect(machine.calls('g++')).toBe(compiled);
  });

  it('takes uv where there is no pip', async () => {
    const machine = createFakeMachine('uv', 'g++');
    const { runtime } = await ensure(machine, [offerBuild(machine)]);
    expect(readFileSync(join(runtime?.folder as string, LIBRARY), 'utf8')).toBe(MEMBERS[LIBRARY]);
    expect(existsSync(join(runtime?.folder as string, 'tensorflow/python'))).toBe(false);
  });

  it('fetches again what was damaged after it was set up', async () => {
    const machine = createFakeMachine('python3', 'g++');
    const pins = [offerBuild(machine)];
    const { runtime } = await ensure(machine, pins);
    const library = join(runtime?.folder as string, LIBRARY);
    writeFileSync(library, 'short');
    expect(findRuntime({ env: machine.env, pins })).toBeNull();
    await ensure(machine, pins);
    expect(readFileSync(library, 'utf8')).toBe(MEMBERS[LIBRARY]);
  });

  it('takes the build for GPUs where there is a driver or it is asked for', async () => {
    const machine = createFakeMachine('python3', 'g++', 'nvidia-smi');
    const pins = [offerBuild(machine), offerBuild(machine, { gpu: true })];
    const { runtime } = await ensure(machine, pins);
    expect(runtime?.gpu).toBe(true);
    expect(readdirSync(join(runtime?.folder as string, 'nvidia/cublas'))).toEqual(['lib']);

    if (existsSync('/proc/driver/nvidia/version')) return;
    machine.remove('nvidia-smi');
    expect(findRuntime({ env: machine.env, pins })).toBeNull();
    await setUp({ env: machine.env, pins, progress: silent, gpu: true });
    expect(findRuntime({ env: machine.env, pins })?.gpu).toBe(true);
    await setUp({ env: machine.env, pins, progress: silent });
    expect(findRuntime({ env: machine.env, pins })?.gpu).toBe(false);
  });

  it('frees all that it put into the cache and nothing else', async () => {
    const machine = createFakeMachine('python3', 'g++');
    const pins = [offerBuild(machine)];
    await ensure(machine, pins);
    writeFileSync(join(machine.cache, 'of-others'), 'kept');
    expect(await removeRuntime({ env: machine.env })).toBeGreaterThan(MEMBERS[LIBRARY].length);
    expect(readdirSync(machine.cache)).toEqual(['of-others']);
    expect(await removeRuntime({ env: machine.env })).toBe(0);
  });
});

describe('where something is missing', () => {
  it.each([
    { missing: 'python3', named: /pip.*apt-get install python3-pip/ },
    { missing: 'g++', named: /C\+\+ compiler.*apt-get install g\+\+/ },
  ] as const)(
    'names $missing, remembers it, and tries again once it is there',
    async ({ missing, named }) => {
      const machine = createFakeMachine('python3', 'g++');
      machine.remove(missing);
      const pins = [offerBuild(machine)];
      const first = await problemOf(ensure(machine, pins));
      expect(first).toMatchObject({ problem: expect.stringMatching(named), news: true });
      expect(first.problem).not.toContain('\n');
      expect(machine.calls('python3')).toBe(0);
      expect(await problemOf(ensure(machine, pins))).toEqual({ ...first, news: false });
      expect(whyNoRuntime({ env: machine.env, pins })).toBe(first.problem);

      machine.add(missing);
      expect((await ensure(machine, pins)).runtime).not.toBeNull();
    },
  );

  it('says so where the platform has no build', async () => {
    const machine = createFakeMachine('python3', 'g++');
    const { problem } = await problemOf(ensure(machine, []));
    expect(problem).toContain(`no build for ${process.platform} on ${process.arch}`);
  });

  it.runIf(existsSync('/proc'))('names a cache folder that no one can make', async () => {
    const machine = createFakeMachine('python3', 'g++');
    machine.env.FSG_CACHE = '/proc/fsg';
    const { problem } = await problemOf(ensure(machine, [offerBuild(machine)]));
    expect(problem).toMatch(/cannot write to the cache folder \/proc\/fsg/);
  });

  it('remembers a failed fetch for an hour, but `fsg setup` tries at once', async () => {
    const machine = createFakeMachine('python3', 'g++');
    const pins = [offerBuild(machine)];
    const moved = pins.map((build) => ({
      ...build,
      wheels: build.wheels.map((wheel) => ({ ...wheel, file: wheel.file.replace('9.9.9', '9.9.8') })),
    }));
    expect(await problemOf(ensure(machine, moved))).toMatchObject({ news: true });
    expect(await problemOf(ensure(machine, moved))).toMatchObject({ news: false });
    expect(machine.calls('python3')).toBe(1);
    expect(await problemOf(setUp({ env: machine.env, pins: moved, progress: silent }))).toMatchObject({
      news: true,
    });
    expect(machine.calls('python3')).toBe(2);
  });

  it('goes on without TensorFlow where something unforeseen fails', async () => {
    const machine = createFakeMachine('python3', 'g++');
    mkdirSync(machine.cache, { recursive: true });
    writeFileSync(join(machine.cache, 'wheels'), 'a file where a folder should be');
    const { problem } = await problemOf(ensure(machine, [offerBuild(machine)]));
    expect(problem).toMatch(/^TensorFlow could not be set up: .*wheels/);
  });

  it('does not go on without the packages', async () => {
    const machine = createFakeMachine('python3', 'g++');
    const packages = Promise.reject(new Error('npm ci failed'));
    const outcome = ensureRuntime({
      env: machine.env,
      pins: [offerBuild(machine)],
      progress: silent,
      packages,
    });
    await expect(outcome).rejects.toThrow('npm ci failed');
    expect(existsSync(join(machine.cache, 'problems.json'))).toBe(false);
  });

  it('uses nothing of a wheel with another hash', async () => {
    const machine = createFakeMachine('python3', 'g++');
    const build = offerBuild(machine);
    const pinned = build.wheels.map((wheel) => ({ ...wheel, sha256: '0'.repeat(64) }));
    const { problem } = await problemOf(ensure(machine, [{ ...build, wheels: pinned }]));
    expect(problem).toContain(build.wheels[0]?.sha256);
    expect(problem).toContain('0'.repeat(64));
    expect(readdirSync(machine.cache)).toEqual(['problems.json']);
  });
});

describe('interrupted and simultaneous set-ups', () => {
  it.each(['python3', 'g++'] as const)('goes on after being killed while %s worked', async (tool) => {
    const machine = createFakeMachine('python3', 'g++');
    const pins = [offerBuild(machine)];
    machine.hang(tool);
    const child = setUpElsewhere(machine, pins);
    await until(() => machine.isReached(tool));
    child.kill('SIGKILL');
    await ended(child);
    expect(findRuntime({ env: machine.env, pins })).toBeNull();
    machine.unhang(tool);
    expect((await ensure(machine, pins)).runtime).not.toBeNull();
    expect(readdirSync(machine.cache)).toEqual(['runtimes']);
  });

  it('uses nothing that was left half-unpacked', async () => {
    const machine = createFakeMachine('python3', 'g++');
    const build = offerBuild(machine);
    const halves = [join(machine.cache, 'staging/1/runtime'), join(machine.cache, 'runtimes', build.name)];
    for (const half of halves) {
      mkdirSync(join(half, 'tensorflow'), { recursive: true });
      writeFileSync(join(half, LIBRARY), 'half a libr');
    }
    expect(findRuntime({ env: machine.env, pins: [build] })).toBeNull();
    const { runtime } = await ensure(machine, [build]);
    expect(statSync(join(runtime?.folder as string, LIBRARY)).size).toBe(MEMBERS[LIBRARY].length);
  });

  it('is done once where two start at the same time', async () => {
    const machine = createFakeMachine('python3', 'g++');
    const pins = [offerBuild(machine)];
    const children = [1, 2, 3].map(() => setUpElsewhere(machine, pins));
    expect(await Promise.all(children.map(ended))).toEqual([0, 0, 0]);
    expect(machine.calls('python3')).toBe(1);
    expect(readdirSync(machine.cache)).toEqual(['runtimes']);
  });

  it('waits no longer for a lock than it is let', async () => {
    const machine = createFakeMachine();
    const lock = join(machine.cache, 'some.lock');
    const stopping = new AbortController();
    await withLock(lock, async () => {
      const second = withLock(lock, async () => 'had it', { signal: stopping.signal });
      setTimeout(() => stopping.abort(new Error('stopped')), 50);
      await expect(second).rejects.toThrow('stopped');
    });
    expect(await withLock(lock, async () => 'had it')).toBe('had it');
  });

  it('does not wait for a dead owner of the lock, even if its number is used again', async () => {
    const machine = createFakeMachine('python3', 'g++');
    mkdirSync(machine.cache, { recursive: true });
    const { hostname } = await import('node:os');
    const lock = { host: hostname(), owners: [{ pid: process.pid, start: 'another time' }] };
    writeFileSync(join(machine.cache, 'set-up.lock'), JSON.stringify(lock));
    expect((await ensure(machine, [offerBuild(machine)])).runtime).not.toBeNull();
  });
});

describe('the cache folder', () => {
  it.each([
    [{ FSG_CACHE: '/a', XDG_CACHE_HOME: '/b', HOME: '/c' }, '/a'],
    [{ XDG_CACHE_HOME: '/b', HOME: '/c' }, '/b/fsg'],
    [{ XDG_CACHE_HOME: 'not/absolute', HOME: '/c' }, '/c/.cache/fsg'],
  ])('of %o is %s', (env, folder) => {
    expect(cacheFolder(env)).toBe(folder);
  });

  it.each([{}, { HOME: '' }])('is somewhere also with %o', (env) => {
    expect(cacheFolder(env)).toMatch(/^\/.+fsg/);
  });
});

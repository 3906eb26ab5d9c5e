import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { SetUpProblem } from './problem.mjs';
import { findProgram, run } from './process.mjs';

const POLL_MS = 200;
const PIP = [['python3', '-m', 'pip'], ['python', '-m', 'pip'], ['pip3'], ['pip']];

/** What fetches wheels here: the first of pip's names that runs, or uv; null where there is none. */
export async function findFetcher(env) {
  for (const [name, ...args] of PIP) {
    const program = findProgram(name, env);
    if (!program) continue;
    const { code } = await run(program, [...args, '--version'], { env });
    if (code === 0) return { kind: 'pip', label: [name, ...args].join(' '), command: [program, ...args] };
  }
  const uv = findProgram('uv', env);
  return uv ? { kind: 'uv', label: 'uv', command: [uv] } : null;
}

/**
 * Fetches one pinned wheel into `folder` and checks it. Gives { wheel: path }, or with uv, which unpacks by itself and
 * checks the hash, { unpacked: folder }. A wheel that an earlier, interrupted set-up had checked is taken as it is.
 */
export async function fetchWheel(fetcher, wheel, { env, wheels, staging, progress }) {
  const place = join(wheels, wheel.file);
  if ((await sizeOf(place)) === wheel.size) return { wheel: place };
  await mkdir(staging, { recursive: true });
  const watch = setInterval(async () => progress((await largestFile(staging)) / wheel.size), POLL_MS);
  try {
    if (fetcher.kind === 'uv') return { unpacked: await fetchWithUv(fetcher, wheel, { env, staging }) };
    const fetched = await fetchWithPip(fetcher, wheel, { env, staging });
    await checkHash(fetched, wheel);
    await mkdir(wheels, { recursive: true });
    await rename(fetched, place);
    return { wheel: place };
  } finally {
    clearInterval(watch);
  }
}

/** TMPDIR is set so that what pip leaves when killed is cleared away with the staging folder. */
async function fetchWithPip({ command, label }, wheel, { env, staging }) {
  const { project, version, platforms } = parseWheelName(wheel.file);
  const args = ['download', '--no-deps', '--no-cache-dir', '--only-binary=:all:', '--python-version', '3.11'];
  args.push(
    '--implementation',
    'cp',
    '--abi',
    'cp311',
    ...platforms.flatMap((platform) => ['--platform', platform]),
  );
  args.push('--dest', staging, `${project}==${version}`);
  const [program, ...first] = command;
  const result = await run(program, [...first, ...args], {
    env: { ...env, TMPDIR: staging, PIP_NO_INPUT: '1' },
  });
  if (result.code !== 0) throw fetchProblem(label, wheel, result);
  const fetched = join(staging, wheel.file);
  if ((await sizeOf(fetched)) === null) {
    throw new SetUpProblem(
      `${label} fetched another file than ${wheel.file}: check its index settings (pip config list)`,
    );
  }
  return fetched;
}

async function fetchWithUv({ command, label }, wheel, { env, staging }) {
  const { project, version, platforms } = parseWheelName(wheel.file);
  const requirements = join(staging, 'requirements.txt');
  const target = join(staging, wheel.file.replace(/\.whl$/, ''));
  await writeFile(requirements, `${project}==${version} --hash=sha256:${wheel.sha256}\n`);
  const args = ['pip', 'install', '--no-deps', '--no-cache', '--require-hashes', '--only-binary', ':all:'];
  args.push(
    '--python-version',
    '3.11',
    '--python-platform',
    uvPlatform(platforms),
    '--target',
    target,
    '-r',
    requirements,
  );
  const result = await run(command[0], args, { env: { ...env, TMPDIR: staging } });
  if (result.code !== 0) throw fetchProblem(label, wheel, result);
  return target;
}

/** uv names its platforms the other way round: manylinux_2_28_x86_64 is x86_64-manylinux_2_28. */
function uvPlatform([platform]) {
  if (platform.startsWith('macosx')) return 'aarch64-apple-darwin';
  return platform.endsWith('x86_64') ? 'x86_64-manylinux_2_28' : 'aarch64-manylinux_2_28';
}

function parseWheelName(file) {
  const [project, version, , , platforms] = file.replace(/\.whl$/, '').split('-');
  return { project: project.replaceAll('_', '-'), version, platforms: platforms.split('.') };
}

function fetchProblem(label, wheel, { output, errors }) {
  const lines = `${output}\n${errors}`.split('\n').map((line) => line.trim());
  const reason =
    lines.findLast((line) => /error/i.test(line)) ?? lines.findLast(Boolean) ?? 'it said nothing';
  return new SetUpProblem(
    `${label} could not fetch ${wheel.file}: ${reason.slice(0, 300)} (check the network and pip's index, then: npm run fsg -- setup)`,
    { passing: true },
  );
}

async function checkHash(file, wheel) {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), hash);
  const found = hash.digest('hex');
  if (found === wheel.sha256) return;
  await rm(file);
  throw new SetUpProblem(
    `the fetched ${wheel.file} has SHA-256 ${found}, but ${wheel.sha256} was expected: it was deleted, nothing of it is used (check pip's index, then: npm run fsg -- setup)`,
    { passing: true },
  );
}

async function sizeOf(file) {
  const found = await stat(file).catch(() => null);
  return found?.size ?? null;
}

/** The largest file in a folder or in its folders: while pip or uv runs, the wheel as far as it has come. */
async function largestFile(folder, deeper = true) {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const sizes = entries.map((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return deeper ? largestFile(path, false) : 0;
    return sizeOf(path);
  });
  return Math.max(0, ...(await Promise.all(sizes)).map((size) => size ?? 0));
}

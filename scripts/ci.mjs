/**
 * What CI checks: `npm test` with nothing taken from a cache, then smoke runs on the wasm backend and on other versions of
 * Node. Its last line is "N passed, N failed", counted from vitest's own reports; the exit code is 1 where one failed.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { countReports } from './reports.mjs';
import { ROOT } from './root.mjs';

const OTHER_NODES = ['22', '24'];
const START = join(ROOT, 'scripts/start.mjs');
const SMOKE = ['--import', 'tsx', join(ROOT, 'packages/engine/test/smoke.ts')];
const DATA = ['--import', 'tsx', join(ROOT, 'packages/data/test/content-hash.ts')];

function runTests() {
  const reports = mkdtempSync(join(tmpdir(), 'fsg-reports-'));
  const env = { ...process.env, FSG_TEST_REPORTS: reports };
  const args = ['test', '--', '--skip-nx-cache', '--output-style=static'];
  const { status } = spawnSync('npm', args, { cwd: ROOT, env, stdio: 'inherit' });
  const counts = countReports(reports, packagesWithTests());
  rmSync(reports, { recursive: true });
  for (const line of counts.lines) console.log(line);
  const elsewhere = status !== 0 && counts.failed === 0 ? 1 : 0;
  if (elsewhere)
    console.log('FAILED npm test: no test failed, but lint, typecheck or something outside the tests did');
  return { passed: counts.passed, failed: counts.failed + elsewhere };
}

function packagesWithTests() {
  const folders = ['packages', 'apps'].flatMap((parent) =>
    readdirSync(join(ROOT, parent)).map((name) => [name, join(ROOT, parent, name)]),
  );
  const hasTests = (folder) => {
    const file = join(folder, 'package.json');
    return existsSync(file) && 'test' in (JSON.parse(readFileSync(file, 'utf8')).scripts ?? {});
  };
  return ['scripts', ...folders.filter(([, folder]) => hasTests(folder)).map(([name]) => name)];
}

/** Each smoke run: `fsg doctor` starts the backend named, a few training steps lower the loss, a data set has the same content. */
function smokeRuns() {
  const runs = [{ label: `Node ${process.versions.node}, wasm`, node: process.execPath, backend: 'wasm' }];
  for (const version of OTHER_NODES) {
    runs.push({ label: `Node ${version}, TensorFlow`, node: findNode(version), backend: 'tensorflow' });
  }
  const content = spawnSync(process.execPath, DATA, { cwd: ROOT, encoding: 'utf8' }).stdout.trim();
  return runs.map((run) => smoke(run, content));
}

function smoke({ label, node, backend }, content) {
  const env = { ...process.env, FSG_BACKEND: backend };
  const doctor = node && spawnSync(node, [START, 'doctor', '--json'], { cwd: ROOT, env, encoding: 'utf8' });
  const training = node && spawnSync(node, SMOKE, { cwd: ROOT, env, encoding: 'utf8' });
  const data = node && spawnSync(node, DATA, { cwd: ROOT, env, encoding: 'utf8' });
  const same = content !== '' && data?.stdout.trim() === content;
  const started = doctor?.status === 0 && JSON.parse(doctor.stdout).backend === backend;
  const ok = started && training?.status === 0 && same;
  console.log(
    `${ok ? 'ok    ' : 'FAILED'} smoke run: ${label}: ${training?.stdout?.trim() ?? 'this Node could not be fetched'}`,
  );
  if (!ok && node) {
    console.log(doctor.stdout, doctor.stderr, training.stderr);
    if (!same) console.log(`its data set has the content ${data.stdout}${data.stderr}, not ${content}`);
  }
  return ok;
}

/** The path of another Node, fetched by npx. Its package needs its install script, and not this project's settings. */
function findNode(version) {
  const args = ['-y', '--ignore-scripts=false', '-p', `node@${version}`, 'node', '-p', 'process.execPath'];
  const { status, stdout } = spawnSync('npx', args, { cwd: tmpdir(), encoding: 'utf8' });
  return status === 0 ? stdout.trim() : null;
}

const tests = runTests();
const smokes = smokeRuns();
const passed = tests.passed + smokes.filter((ok) => ok).length;
const failed = tests.failed + smokes.filter((ok) => !ok).length;
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;

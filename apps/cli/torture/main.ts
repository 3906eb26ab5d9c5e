/** npm run torture: tries to break every promise of docs/reliability.md, and says how often it tried and what broke. */
import { parseArgs } from 'node:util';
import { startMlflow, startS3 } from '@fsg/runs/testing';
import { bucket } from './promises/bucket.ts';
import { clock } from './promises/clock.ts';
import { disk } from './promises/disk.ts';
import { finite } from './promises/finite.ts';
import { kill } from './promises/kill.ts';
import { lease } from './promises/lease.ts';
import { mlflow } from './promises/mlflow.ts';
import { resume } from './promises/resume.ts';
import { retention } from './promises/retention.ts';
import { samples } from './promises/samples.ts';
import { type Result, writeTable } from './table.ts';
import { type Ordeal, type Services, Trial } from './trial.ts';

const ORDEALS = [kill, resume, samples, bucket, lease, mlflow, disk, finite, retention, clock];

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    rounds: { type: 'string', default: '1' },
    write: { type: 'boolean', default: false },
  },
});
const { only, write } = values;
const factor = Number(values.rounds);
const chosen = ORDEALS.filter(({ id }) => !only || only.includes(id));
if (!(factor > 0) || chosen.length === 0 || (write && only)) {
  const ids = ORDEALS.map(({ id }) => id).join(', ');
  console.error(
    `usage: npm run torture -- [--only N]… [--rounds FACTOR] [--write, without --only]; N: ${ids}`,
  );
  process.exit(2);
}

const services: Services = { s3: await startS3(), mlflow: await startMlflow() };
Object.assign(process.env, services.s3?.env);
const results = new Map<Ordeal, Result>();
const rest = chosen.values();
/** Much of the time is waiting: two are tried at once. */
const lane = async (): Promise<void> => {
  for (const ordeal of rest) results.set(ordeal, await put(ordeal));
};
await Promise.all([lane(), lane()]);
await services.s3?.stop();
await services.mlflow?.stop();
if (write)
  writeTable(
    performance.now(),
    chosen.map((ordeal) => results.get(ordeal) as Result),
  );
if ([...results.values()].some(({ trial }) => trial.failures.length > 0)) process.exitCode = 1;

async function put(ordeal: Ordeal): Promise<Result> {
  const trial = new Trial(services, factor);
  const began = performance.now();
  try {
    await ordeal.run(trial);
  } catch (error) {
    trial.failures.push((error as Error).message);
  }
  const result = { ordeal, trial, seconds: Math.round((performance.now() - began) / 1000) };
  console.log([line(result), ...trial.failures].join('\n  '));
  return result;
}

function line({ ordeal, trial, seconds }: Result): string {
  const { failures, counts, leftOut, notes } = trial;
  const verdict = failures.length > 0 ? `${failures.length} FAILED` : 'kept';
  const without = leftOut.length > 0 ? `; left out: ${leftOut.join(', ')}` : '';
  return `${ordeal.id}: ${verdict}: ${[counts, ...notes].join('; ')}${without}; ${seconds} s`;
}

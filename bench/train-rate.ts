/**
 * How many images a second training takes, steady, a whole step each (forward, backward, update, metrics read).
 * npx tsx bench/train-rate.ts [--stage 1|2] [--width 256] [--batch N] [--steps 12] [--backend tensorflow|wasm]
 *   [--precision float32|bf16] [--eager] [--json]
 * Images and landmarks are random numbers: the cost of a step does not depend on them. Loading data is not counted.
 */
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { type BackendName, type EngineInfo, startEngine } from '@fsg/engine';
import { type Precision, setPrecision } from '@fsg/engine/precision';
import { measure, type Rate } from './step-rate.ts';

function describe(rate: Rate): string {
  const { median: middle, min, max } = rate.rate;
  const how = [`width ${rate.width}`, `batch ${rate.batch}`, rate.captured ? 'captured' : 'as written'];
  if (rate.recogniser) how.push(`recogniser ${rate.recogniser}`);
  const spread = `${min.toFixed(1)}-${max.toFixed(1)} over ${rate.steps} steps`;
  return `stage ${rate.stage}: ${middle.toFixed(1)} images/s (${spread}), ${how.join(', ')}, ${rate.cpuMs.toFixed(0)} ms of processor time a step, ${rate.memoryGb.toFixed(1)} GB`;
}

function machineOf({ backend, tensorflowVersion, device, threads }: EngineInfo) {
  const [first] = cpus();
  const load = loadavg()[0] as number;
  return {
    processor: first?.model ?? 'unknown',
    backend,
    tensorflowVersion,
    device,
    threads,
    load,
    node: process.version,
  };
}

const { values } = parseArgs({
  options: {
    stage: { type: 'string' },
    width: { type: 'string', default: '256' },
    batch: { type: 'string' },
    steps: { type: 'string', default: '12' },
    backend: { type: 'string' },
    precision: { type: 'string', default: 'float32' },
    eager: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});

const machine = machineOf(await startEngine({ backend: values.backend as BackendName | undefined }));
if (!values.json) {
  const { processor, threads, backend, tensorflowVersion, device, load, node } = machine;
  console.log(
    `${processor}, ${device}, ${threads} threads, ${backend} ${tensorflowVersion ?? ''}, Node ${node}, load ${load.toFixed(1)} at the start; random images`,
  );
}
setPrecision(values.precision as Precision);
const results: Rate[] = [];
for (const stage of [1, 2] as const) {
  if (values.stage && values.stage !== `${stage}`) continue;
  const result = await measure({
    stage,
    width: Number(values.width),
    batch: Number(values.batch ?? (stage === 1 ? 32 : 8)),
    steps: Number(values.steps),
    captured: !values.eager,
  });
  results.push(result);
  if (!values.json) console.log(describe(result));
}
if (values.json) console.log(JSON.stringify({ machine, results }, null, 2));

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { availableBackends, type EngineInfo, startEngine } from '../src/index.ts';
import { createFakeMachine } from './fake-tools.ts';

const hasTensorFlow = availableBackends().includes('tensorflow');

/** Starts the engine in another process and computes something; gives what it printed. */
async function startElsewhere(
  env: NodeJS.ProcessEnv,
): Promise<{ info: EngineInfo; sum: number; errors: string }> {
  const script = `
    import { startEngine, tf } from ${JSON.stringify(new URL('../src/index.ts', import.meta.url).href)};
    const info = await startEngine();
    const [sum] = tf.sum(tf.matMul(tf.ones([8, 8]), tf.ones([8, 8]))).dataSync();
    console.log(JSON.stringify({ info, sum }));`;
  const args = ['--import', 'tsx', '--input-type=module', '-e', script];
  const options = { env: { ...process.env, ...env }, cwd: import.meta.dirname };
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, options);
  return { ...JSON.parse(stdout), errors: stderr };
}

describe('the engine', () => {
  it.skipIf(!hasTensorFlow)('starts TensorFlow, says nothing, and keeps to FSG_THREADS', async () => {
    const { info, sum, errors } = await startElsewhere({ FSG_BACKEND: '', FSG_THREADS: '1' });
    expect(info).toMatchObject({ backend: 'tensorflow', tensorflowVersion: '2.21.0', threads: 1 });
    expect(sum).toBe(512);
    expect(errors).toBe('');
  });

  it('starts wasm without a word where FSG_BACKEND asks for it', async () => {
    const { info, sum, errors } = await startElsewhere({ FSG_BACKEND: 'wasm' });
    expect(info).toEqual({ backend: 'wasm', tensorflowVersion: null, device: 'cpu', threads: 1 });
    expect(sum).toBe(512);
    expect(errors).toBe('');
  });

  it('falls back to wasm where TensorFlow is not set up, and says why', async () => {
    const { env } = createFakeMachine();
    const { info, sum } = await startElsewhere({ FSG_BACKEND: '', FSG_CACHE: env.FSG_CACHE });
    expect(info.backend).toBe('wasm');
    expect(info.note).toMatch(/^TensorFlow is not set up.*wasm/);
    expect(sum).toBe(512);
  });

  it.each([
    [{ FSG_BACKEND: 'cuda' }, 2, 'FSG_BACKEND is "cuda", but must be tensorflow or wasm'],
    [{ FSG_BACKEND: 'tensorflow', FSG_THREADS: 'many' }, 2, 'FSG_THREADS is "many"'],
  ])('refuses %o', async (env, exitCode, message) => {
    const whole = { ...process.env, ...env };
    const refusal = { name: 'UserError', exitCode, message: expect.stringContaining(message) };
    await expect(startEngine({ env: whole })).rejects.toMatchObject(refusal);
  });

  it('refuses a backend that is asked for and not there', async () => {
    const { env } = createFakeMachine();
    const failure = startElsewhere({ FSG_BACKEND: 'tensorflow', FSG_CACHE: env.FSG_CACHE });
    await expect(failure).rejects.toMatchObject({
      stderr: expect.stringContaining('The backend tensorflow cannot start: TensorFlow is not set up'),
    });
  });
});

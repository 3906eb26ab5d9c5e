/** Makes a data set and kills itself, as nothing can be prepared for, at the sample that its task names. */
import { synthesise } from '../src/store/synthesise.ts';

const { config, killAt, ...options } = JSON.parse(process.argv[2] as string);
const progress = (done: number): void => {
  if (done >= killAt) process.kill(process.pid, 'SIGKILL');
};
await synthesise(config, { ...options, progress });

/** Makes a data set and says how far it is, until it is killed: the argument is its task. */
import { synthesise } from '../src/store/synthesise.ts';

const { config, ...options } = JSON.parse(process.argv[2] as string);
await synthesise(config, { ...options, progress: (done: number) => console.log(done) });

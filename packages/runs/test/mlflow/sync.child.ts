/** Mirrors a run's folder to a server once, unless it is killed before. */
import {
  FileStore,
  type MlflowAccess,
  MlflowClient,
  mlflowAccess,
  openRun,
  syncRun,
} from '../../src/index.ts';

const [folder, address, experiment] = process.argv.slice(2) as [string, string, string];
const access = mlflowAccess({ MLFLOW_TRACKING_URI: address }) as MlflowAccess;
const store = new FileStore(folder);
await syncRun(await openRun(folder), new MlflowClient(access), { experiment, store, user: 'ada' });

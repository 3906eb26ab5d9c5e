/** Where runs stand on a server. */
import { UserError } from '../errors.ts';
import { type MlflowClient, MlflowError, type RunInfo } from './client.ts';

/** The experiment's id; it is made where it is missing. */
export async function openExperiment(client: MlflowClient, name: string): Promise<string> {
  const found = (await client.experiment(name)) ?? (await createExperiment(client, name));
  if (found.lifecycle_stage === 'active') return found.experiment_id;
  throw new UserError(
    `${client.address} has the experiment ${name} among its deleted ones; restore it there, or name another with MLFLOW_EXPERIMENT_NAME`,
  );
}

async function createExperiment(client: MlflowClient, name: string) {
  try {
    await client.createExperiment(name);
  } catch (error) {
    // Another process, or this one before its answer was lost, was faster.
    if (!(error instanceof MlflowError) || error.code !== 'RESOURCE_ALREADY_EXISTS') throw error;
  }
  const made = await client.experiment(name);
  if (made) return made;
  throw new UserError(
    `${client.address} has made the experiment ${name} and does not know it; look at the server`,
  );
}

/** Where the server itself keeps a run's artifacts; undefined where only MLflow's own client can write them. */
export const artifactRoot = ({ artifact_uri }: RunInfo): string | undefined =>
  /^mlflow-artifacts:(?:\/\/[^/]*)?\/(.*)$/.exec(artifact_uri)?.[1];

/** Whether a server does what runs ask of it, by doing it once. */
import { UserError } from '../errors.ts';
import type { MlflowClient } from './client.ts';
import { artifactRoot, openExperiment } from './experiment.ts';

/** Makes a run with a metric and an artifact, and deletes it. Throws a UserError that names what does not work. */
export async function checkMlflow(client: MlflowClient, experiment: string): Promise<void> {
  const now = Date.now();
  const info = await client.createRun(await openExperiment(client, experiment), {
    name: 'fsg doctor',
    started: now,
    tags: {},
  });
  try {
    await client.logMetrics(info.run_id, [{ key: 'doctor', value: 1, timestamp: now, step: 0 }]);
    const root = artifactRoot(info);
    if (root === undefined) {
      throw new UserError(
        `${client.address} keeps artifacts at ${info.artifact_uri}, where only MLflow's own client can write: start the server with --artifacts-destination and use a new experiment`,
      );
    }
    await client.putArtifact(`${root}/doctor.txt`, new TextEncoder().encode('written by fsg doctor'));
    await client.removeArtifact(`${root}/doctor.txt`);
  } finally {
    await client.deleteRun(info.run_id);
  }
}

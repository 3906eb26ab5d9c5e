/** Whether what a recipe needs beside this machine is there: servers, second store, data; each is tried once. */
import type { Finding } from '@fsg/engine/doctor';
import { checkMlflow, checkStore, MlflowClient, mlflowAccess, openStore, UserError } from '@fsg/runs';
import type { TrainRecipe } from '@fsg/trainer/recipe';
import type { Context } from './context.ts';
import { openNoted } from './open-data.ts';

/** Without a recipe: the servers that the environment names. */
export async function checkSurroundings(
  recipe: TrainRecipe | undefined,
  context: Context,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  const check = async (what: string, action: () => Promise<string>): Promise<void> => {
    try {
      findings.push({ level: 'ok', what: `${what}: ${await action()}`, fix: null });
    } catch (error) {
      if (!(error instanceof Error && error.name === 'UserError')) throw error;
      // The project's messages say what is amiss, then what to do.
      const [amiss, ...todo] = error.message.split('; ');
      findings.push({ level: 'error', what: `${what}: ${amiss}`, fix: todo.join('; ') || null });
    }
  };
  const access = mlflowAccess(context.env);
  if (access || recipe?.tracker === 'mlflow') {
    await check('MLflow', async () => {
      if (!access) throw new UserError('tracker: mlflow, but MLFLOW_TRACKING_URI names no server; set it');
      const client = new MlflowClient(access);
      try {
        await checkMlflow(client, access.experiment);
      } finally {
        client.close();
      }
      return `${access.address} takes and removes runs of the experiment ${access.experiment}`;
    });
  }
  const address = recipe?.store;
  if (address !== undefined) {
    await check('store', async () => {
      await checkStore(await openStore(address));
      return `${address} keeps its promises: conditional writes, large values, removal`;
    });
  }
  if (recipe) {
    await check('data', async () => {
      const { source } = await openNoted(recipe.data, context);
      return `${source.name}, ${source.faces.length} faces`;
    });
  }
  return findings;
}

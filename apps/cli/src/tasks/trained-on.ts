/** Nobody is tested on whom a network was trained on. */
import { type DataConfig, type OpenData, readDataset, SourceConfig } from '@fsg/data';
import { UserError } from '@fsg/runs';
import type { Context } from './context.ts';
import { openNoted } from './open-data.ts';
import type { Subject } from './subject.ts';

const NAMED = 3;

/**
 * Throws a UserError where a person of the test side is on the training side of a training behind the subject. People are told
 * apart by their names in one population: a data set's, or a synthetic one's of one seed.
 */
export async function refuseTrainedOn(
  { name, trainings }: Pick<Subject, 'name' | 'trainings'>,
  tested: OpenData,
  context: Context,
): Promise<void> {
  const seen = new Set([sidesOf(tested.config)]);
  for (const { run, recipe } of trainings) {
    const who = run === name ? name : `${run}, which ${name} learnt from,`;
    const untold = (why: string): void => context.warn(`whom ${who} was trained on cannot be told: ${why}`);
    if (!recipe) untold('its recipe is not at hand');
    else if (!seen.has(sidesOf(recipe.data))) {
      seen.add(sidesOf(recipe.data));
      const trained = await openNoted(recipe.data, context).catch((error: unknown) => {
        if (error instanceof Error && error.name === 'UserError') return untold(error.message);
        throw error;
      });
      if (trained) await refuseShared(who, trained, tested);
    }
  }
}

async function refuseShared(who: string, trained: OpenData, tested: OpenData): Promise<void> {
  if ((await populationOf(trained)) !== (await populationOf(tested))) return;
  const known = new Set(peopleOf(trained, 'train'));
  const both = peopleOf(tested, 'test').filter((identity) => known.has(identity));
  if (both.length === 0) return;
  throw new UserError(
    `${who} was trained on ${both.length} of the people of the test side (${both.slice(0, NAMED).join(', ')}${both.length > NAMED ? ' …' : ''}): ` +
      'its figures would be too good; measure it on others, or with the split that it was trained with',
  );
}

/** What decides who is on which side. */
const sidesOf = ({ source, split }: DataConfig): string => JSON.stringify({ source, split });

const peopleOf = ({ source, split }: OpenData, side: 'train' | 'test'): string[] => [
  ...new Set(source.faces.filter((face) => split(face) === side).map(({ identity }) => identity)),
];

/** Names mean the same people in it. */
async function populationOf({ source, config }: OpenData): Promise<string> {
  const made = config.source.kind === 'stored' ? await madeFrom(config.source.root) : config.source;
  return made?.kind === 'synthetic' ? `${source.name}, seed ${made.seed}` : source.name;
}

/** What a stored data set was made from. */
async function madeFrom(root: string): Promise<SourceConfig | undefined> {
  const { info } = await readDataset(root);
  return SourceConfig.safeParse(info.recipe.source).data;
}

/** Nobody is tested on whom a network was trained on. */
import { type OpenData, readDataset, SourceConfig } from '@fsg/data';
import { UserError } from '@fsg/runs';
import type { Context } from './context.ts';
import { openNoted } from './open-data.ts';
import type { Subject } from './subject.ts';

const NAMED = 3;

/**
 * Throws a UserError where a person of the test side is on the training side of the subject's run. People are told apart by
 * their names in one population: a data set's, or a synthetic one's of one seed.
 */
export async function refuseTrainedOn(subject: Subject, tested: OpenData, context: Context): Promise<void> {
  const { data: config, name } = subject;
  if (!config || JSON.stringify(config) === JSON.stringify(tested.config)) return;
  let trained: OpenData;
  try {
    trained = await openNoted(config, context);
  } catch (error) {
    if (!(error instanceof Error && error.name === 'UserError')) throw error;
    context.warn(`${name}: whom it was trained on cannot be told: ${error.message}`);
    return;
  }
  if ((await populationOf(trained)) !== (await populationOf(tested))) return;
  const known = new Set(peopleOf(trained, 'train'));
  const both = peopleOf(tested, 'test').filter((identity) => known.has(identity));
  if (both.length === 0) return;
  throw new UserError(
    `${name} was trained on ${both.length} of the people of the test side (${both.slice(0, NAMED).join(', ')}${both.length > NAMED ? ' …' : ''}): ` +
      'its figures would be too good; measure it on others, or with the split that it was trained with',
  );
}

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

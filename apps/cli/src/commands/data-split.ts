import type { SplitCounts } from '@fsg/data';
import type { Command } from 'commander';
import type { Shell } from '../shell.ts';
import { columns } from '../table.ts';

export function register(data: Command, shell: Shell): void {
  data
    .command('split')
    .argument('<data>', 'a recipe, or the folder or address of a data set')
    .argument('[overrides...]', 'data.split.test=0.2 and other key=value')
    .summary('who is on which side: people, pictures, shares')
    .option('-o, --out <file>', 'a CSV to write: key,identity,split')
    .action(async (name: string, overrides: string[], { out }: { out?: string }, command: Command) => {
      const { countSides, splitCsv } = await import('@fsg/data');
      const { openNoted } = await import('../tasks/open-data.ts');
      const { dataRecipe } = await import('../tasks/data-recipe.ts');
      const opened = await openNoted(
        (await dataRecipe(name, overrides, shell.host.cwd)).data,
        await shell.context(command),
      );
      if (out !== undefined) {
        const { replaceFile } = await import('@fsg/runs');
        await replaceFile(out, splitCsv(opened));
      }
      const counts = countSides(opened);
      shell.answer(command, counts, () => render(counts, out));
    });
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

function render(counts: SplitCounts, out: string | undefined): string {
  const { source, synthetic, identities, pictures, sides, placedBy, onSeveralSides, config } = counts;
  const { seed, validation, test } = config;
  const rows = Object.entries(sides).map(([side, one]) => [
    side,
    one.identities,
    percent(one.identityShare),
    one.pictures,
    percent(one.pictureShare),
  ]);
  const byHash = `by a hash of the person's name (seed ${seed}, validation ${validation}, test ${test})`;
  return [
    `${source}${synthetic ? ', synthetic' : ''}: ${pictures} pictures of ${identities} people`,
    columns([['side', 'people', '', 'pictures', ''], ...rows]),
    ...(placedBy.makers > 0
      ? [`${placedBy.makers} pictures are on the side that the data set gives them`]
      : []),
    ...(placedBy.hash > 0 ? [`${placedBy.hash} pictures are placed ${byHash}`] : []),
    ...(onSeveralSides.length > 0 ? [`warning: ${onSeveralSides.length} people are on several sides`] : []),
    ...(out === undefined ? [] : [`in ${out}`]),
  ].join('\n');
}

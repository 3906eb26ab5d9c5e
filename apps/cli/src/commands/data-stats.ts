import type { DataStats } from '@fsg/data/stats';
import type { Command } from 'commander';
import type { Shell } from '../shell.ts';
import { columns } from '../table.ts';

export function register(data: Command, shell: Shell): void {
  data
    .command('stats')
    .argument('<data>', 'the folder or address of a data set, or a recipe')
    .argument('[overrides...]', 'count=400 samples and other key=value')
    .summary('what the samples are: area, kinds, pose, parts of the face, people, sides')
    .option('-o, --out <folder>', 'where to write stats.json, stats.svg and stats.png')
    .action(async (name: string, overrides: string[], { out }: { out?: string }, command: Command) => {
      const { dataRecipe } = await import('../tasks/data-recipe.ts');
      const { statsTask, writeStats } = await import('../tasks/data-stats.ts');
      const recipe = await dataRecipe(name, overrides, shell.host.cwd);
      const stats = await statsTask(recipe, await shell.context(command));
      if (out !== undefined) await writeStats(stats, out);
      shell.answer(command, stats, () => render(stats, out));
    });
}

const percent = (share: number | undefined): string =>
  share === undefined ? '–' : `${(100 * share).toFixed(1)} %`;
const degrees = (angle: number | undefined): string =>
  angle === undefined ? '–' : `${(Math.round(10 * angle) / 10 + 0).toFixed(1)}°`;

function render({ source, synthetic, ...stats }: DataStats, out: string | undefined): string {
  const { samples, kinds, area, pose, regions, identities, splits, setAside } = stats;
  const names = [...Object.keys(kinds), 'all'];
  const areas = names.map((kind) => {
    const of = kind === 'all' ? area.all : area.kinds[kind];
    const covered = Object.values(regions).map((one) => (kind === 'all' ? one.all : one.kinds[kind]));
    return [
      kind,
      kinds[kind] ?? samples,
      percent(of?.median),
      `${percent(of?.p5)} to ${percent(of?.p95)}`,
      ...covered.map((one) => percent(one?.mean)),
    ];
  });
  const angles = Object.entries(pose).map(([angle, { all }]) => [
    angle,
    degrees(all?.median),
    `${degrees(all?.p5)} to ${degrees(all?.p95)}`,
  ]);
  const sides = Object.entries(splits).map(([split, one]) => [split, one.samples, one.identities]);
  const per = identities.samples;
  return [
    `${source}${synthetic ? ', synthetic' : ''}: ${samples} samples of ${identities.count} people, ` +
      `${per?.min ?? 0} to ${per?.max ?? 0} a person`,
    ...(setAside.length > 0 ? [`${setAside.length} inputs set aside: no usable face`] : []),
    '',
    columns([['kind', 'samples', 'area', '5 to 95 %', ...Object.keys(regions)], ...areas]),
    '',
    columns([['pose', 'median', '5 to 95 %'], ...angles]),
    '',
    columns([['side', 'samples', 'people'], ...sides]),
    ...(out === undefined ? [] : ['', `in ${out}`]),
  ].join('\n');
}

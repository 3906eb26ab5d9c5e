/** The per-sample results behind the tables, of each training on each data set; kept in the artifacts of its run. */
import { join } from 'node:path';
import { artifactsPath, type Run } from '@fsg/runs';
import type { TrainRecipe } from '@fsg/trainer/recipe';
import type { Context } from '../tasks/context.ts';
import type { PictureFolder } from '../tasks/made-pictures.ts';
import { type Measured, measureSubjects } from '../tasks/measure-subjects.ts';
import { openSubject } from '../tasks/subject.ts';
import { type DataSetName, dataOf, type TablesRecipe } from './scale.ts';
import type { Training } from './trainings.ts';

/** What needs no training is measured beside this one, of the first seed. */
const BASELINES_WITH = 'full';

export class Measurements {
  readonly #recipe: TablesRecipe;
  readonly #context: Context;
  readonly #pictures: readonly PictureFolder[];
  readonly #known = new Map<string, Measured>();

  constructor(recipe: TablesRecipe, pictures: readonly PictureFolder[], context: Context) {
    this.#recipe = recipe;
    this.#pictures = pictures;
    this.#context = context;
  }

  /** Measured now, unless that was done before. */
  async of({ name, seed, run, recipe }: Training, data: DataSetName): Promise<Measured> {
    const key = `${name} ${seed} ${data}`;
    const known = this.#known.get(key);
    if (known) return known;
    const { id } = run as Run;
    const { lfwPairs } = this.#recipe;
    const untrained = name === BASELINES_WITH && seed === 1;
    const measured = await measureSubjects(
      {
        subjects: [await openSubject({ generator: id }, this.#context)],
        data: dataOf(data, this.#recipe, recipe as TrainRecipe),
        folder: join(artifactsPath(run as Run), 'tables', `${data}-${this.#recipe.images}`),
        count: this.#recipe.images,
        baselines: untrained,
        ...(untrained && { pictures: this.#pictures }),
        sampled: data === 'first',
        instruments: this.#recipe.instruments,
        ...(data === 'second' && lfwPairs !== undefined && { lfwPairs }),
      },
      this.#context,
    );
    this.#known.set(key, measured);
    return measured;
  }
}

/** The trainings behind the tables: which are there, which are missing, and training those one by one. */
import { type Run, UserError } from '@fsg/runs';
import { TrainRecipe } from '@fsg/trainer/recipe';
import { loadRecipe } from '../recipe/load.ts';
import type { Context } from '../tasks/context.ts';
import { recipeName } from '../tasks/recipe-name.ts';
import { hasFinished, newestLike } from '../tasks/same-training.ts';
import { trainTask } from '../tasks/train.ts';
import type { ScaleName, TablesRecipe } from './scale.ts';

/** One row's network, of one seed. */
export interface Training {
  /** As in recipes/tables. */
  readonly name: string;
  readonly seed: number;
  readonly file: string;
  /** As its file and the scale say; what it builds on is named by recipes. */
  readonly plain: TrainRecipe;
  /** The same on this seed's own networks. Undefined as long as a network that it builds on is missing. */
  readonly recipe?: TrainRecipe;
  /** The newest run of it, finished or not. */
  readonly run?: Run;
  readonly finished: boolean;
}

/** Trained once a seed for all others. */
const UPSTREAMS = ['stage1', 'recogniser'] as const;

export class Trainings {
  readonly #scale: ScaleName;
  readonly #recipe: TablesRecipe;
  readonly #cwd: string;
  readonly #context: Context;
  readonly #known = new Map<string, Training>();

  constructor(scale: ScaleName, recipe: TablesRecipe, cwd: string, context: Context) {
    this.#scale = scale;
    this.#recipe = recipe;
    this.#cwd = cwd;
    this.#context = context;
  }

  /** All that the named ones need, of each seed, in the order in which they are trained. */
  async plan(names: readonly string[], seeds: readonly number[]): Promise<Training[]> {
    const { trainings } = this.#recipe;
    const wanted = [...UPSTREAMS.filter((name) => name in trainings), ...names];
    const all: Training[] = [];
    for (const seed of seeds) for (const name of wanted) all.push(await this.#look(name, seed));
    return all;
  }

  /** Trains what is missing; a run that was stopped goes on. Throws the signal's reason where it was asked to stop. */
  async train(plan: readonly Training[]): Promise<Training[]> {
    const made: Training[] = [];
    for (const [n, { name, seed }] of plan.entries()) {
      this.#context.signal.throwIfAborted();
      const training = await this.#look(name, seed);
      if (!training.finished) {
        this.#context.info(`${name}, seed ${seed}: training ${n + 1} of ${plan.length}`);
        await trainTask(
          training.recipe as TrainRecipe,
          this.#runName(training.file),
          this.#context,
          training.run,
        );
        this.#context.signal.throwIfAborted();
      }
      made.push(await this.#look(name, seed));
    }
    return made;
  }

  async #look(name: string, seed: number): Promise<Training> {
    const file = this.#recipe.trainings[name];
    if (file === undefined) {
      throw new UserError(
        `the scale ${this.#scale} has no training ${name}: add it to recipes/tables/${this.#scale}.yaml`,
        2,
      );
    }
    const load = (more: readonly string[]): Promise<TrainRecipe> =>
      loadRecipe(file, more, TrainRecipe, this.#cwd);
    const { stage } = await load([]);
    const own = [...this.#recipe.overrides[stage], `seed=${seed}`];
    const plain = await load(own);
    const references = this.#referencesOf(plain, seed);
    const recipe = references && (await load([...own, ...references]));
    const run = recipe && (await newestLike(recipe, this.#runName(file), this.#context.runs));
    const training: Training = {
      name,
      seed,
      file,
      plain,
      ...(recipe && { recipe }),
      ...(run && { run }),
      finished: run !== undefined && hasFinished(run),
    };
    this.#known.set(`${name} ${seed}`, training);
    return training;
  }

  /** Overrides that name the seed's own networks; undefined where one of them is not trained yet. */
  #referencesOf(recipe: TrainRecipe, seed: number): string[] | undefined {
    if (recipe.stage !== 'stage2') return [];
    const upstream = {
      ...(recipe.structure !== undefined && { structure: 'stage1' }),
      ...(recipe.recogniser.endsWith('.yaml') && { recogniser: 'recogniser' }),
    };
    const references: string[] = [];
    for (const [key, name] of Object.entries(upstream)) {
      const { run, finished } = this.#known.get(`${name} ${seed}`) ?? {};
      if (!run || !finished) return undefined;
      references.push(`${key}=${run.id}`);
    }
    return references;
  }

  /** Runs of the smallest scale are called after it: its overrides make another training of the same recipe. */
  #runName(file: string): string {
    return this.#recipe.smoke ? `${this.#scale}-${recipeName(file)}` : recipeName(file);
  }
}

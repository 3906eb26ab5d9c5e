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

/** Where a recipe of stage II names networks that it builds on. */
const UPSTREAMS = ['structure', 'init', 'recogniser'] as const;

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

  /** The named ones and what they build on, of each seed, in the order in which they are trained. */
  async plan(names: readonly string[], seeds: readonly number[]): Promise<Training[]> {
    const all = new Map<string, Training>();
    const add = async (name: string, seed: number): Promise<void> => {
      const key = `${name} ${seed}`;
      if (all.has(key)) return;
      for (const upstream of Object.values(await this.#upstreamsOf(name))) await add(upstream, seed);
      all.set(key, await this.#look(name, seed));
    };
    for (const seed of seeds) for (const name of names) await add(name, seed);
    return [...all.values()];
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
    const file = this.#fileOf(name);
    const plain = await this.#load(name, [`seed=${seed}`]);
    const references = await this.#referencesOf(name, seed);
    const recipe = references && (await this.#load(name, [`seed=${seed}`, ...references]));
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

  #fileOf(name: string): string {
    const file = this.#recipe.trainings[name];
    if (file !== undefined) return file;
    const where = `recipes/tables/${this.#scale}.yaml`;
    throw new UserError(`the scale ${this.#scale} has no training ${name}: add it to ${where}`, 2);
  }

  /** The recipe as its file and the scale say, with more laid over. */
  async #load(name: string, more: readonly string[]): Promise<TrainRecipe> {
    const load = (overrides: readonly string[]): Promise<TrainRecipe> =>
      loadRecipe(this.#fileOf(name), overrides, TrainRecipe, this.#cwd);
    const { stage } = await load([]);
    return load([...this.#recipe.overrides[stage], ...more]);
  }

  /** By key of its recipe: the trainings whose networks it builds on. Networks of another origin are no trainings of the scale. */
  async #upstreamsOf(name: string): Promise<Record<string, string>> {
    const recipe: Partial<Record<string, unknown>> = await this.#load(name, []);
    const byFile = Object.fromEntries(
      Object.entries(this.#recipe.trainings).map(([key, file]) => [file, key]),
    );
    return Object.fromEntries(
      UPSTREAMS.flatMap((key) => {
        const upstream = byFile[String(recipe[key])];
        return upstream === undefined ? [] : [[key, upstream]];
      }),
    );
  }

  /** Overrides that name the seed's own networks; undefined where one of them is not trained yet. */
  async #referencesOf(name: string, seed: number): Promise<string[] | undefined> {
    const references: string[] = [];
    for (const [key, upstream] of Object.entries(await this.#upstreamsOf(name))) {
      const { run, finished } = this.#known.get(`${upstream} ${seed}`) ?? {};
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

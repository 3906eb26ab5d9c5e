/** Networks by reference: those of a run's best checkpoint, or the one of a weight file made elsewhere. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { NamedTensors } from '@fsg/engine';
import {
  entriesOf,
  fromStateDict,
  identifyWeights,
  type ModelOptions,
  type NetworkName,
  parseWeights,
  UserError,
} from '@fsg/models';
import type { Input, Run } from '@fsg/runs';
import { readSmoothed, type TrainRecipe } from '@fsg/trainer';
import { checkpointOf } from './checkpoint-ref.ts';

export interface NetworkSource {
  /** For messages and records. */
  readonly where: string;
  /** The run that trained the networks; null for a file. */
  readonly run: Run | null;
  readonly recipe: TrainRecipe | null;
  /** The step of the run's checkpoint; null for a file. */
  readonly step: number | null;
  /** What it holds, by name. */
  readonly networks: Readonly<Partial<Record<NetworkName, SourcedNetwork>>>;
  /** What a run records that it uses of these networks. */
  input(names: readonly NetworkName[]): Input;
}

export interface SourcedNetwork {
  readonly size: ModelOptions;
  /** SHA-256 of the file that holds it. */
  readonly sha256: string;
  /** The weights to predict with: averaged where the checkpoint has an average. */
  read(): NamedTensors;
}

export const isWeightFile = (reference: string): boolean => /\.(pth|pt|safetensors)$/.test(reference);

/** Opens what is meant: a file of weights, else whatever names a run. */
export function openNetworks(reference: string, runs: string): Promise<NetworkSource> {
  return isWeightFile(reference) ? fileSource(reference) : runSource(reference, runs);
}

/** The one network of these; throws a UserError where the source has none of that name. */
export function networkOf(source: NetworkSource, name: NetworkName, expected: string): SourcedNetwork {
  const network = source.networks[name];
  if (network) return network;
  const held = Object.keys(source.networks).join(', ');
  throw new UserError(`${source.where} holds ${held || 'no network'}, no ${name}; expected ${expected}`);
}

async function runSource(reference: string, runs: string): Promise<NetworkSource> {
  const { files, manifest, recipe, run, where } = await checkpointOf(reference, runs);
  const names = (['vae', 'generator', 'discriminator'] as const).filter(
    (name) => manifest.files[fileOf(name)],
  );
  const sha256 = (file: string): string => manifest.files[file]?.sha256 ?? '';
  return {
    where,
    run,
    recipe,
    step: manifest.step,
    networks: Object.fromEntries(
      names.map((name) => [
        name,
        {
          size: recipe.model,
          sha256: sha256(fileOf(name)),
          read: () => readSmoothed(files, name, recipe.model, where),
        },
      ]),
    ),
    input: (used) => {
      const hashes = [...used.map(fileOf), 'ema.safetensors'].map(sha256).join(' ');
      return { from: where, sha256: createHash('sha256').update(hashes).digest('hex') };
    },
  };
}

const fileOf = (name: NetworkName): string => `${name}.safetensors`;

async function fileSource(path: string): Promise<NetworkSource> {
  const bytes = await readFile(path).catch((error: Error) => {
    throw new UserError(`cannot read ${path}: ${error.message}`);
  });
  const { tensors } = await parseWeights(bytes, path);
  const found = identifyWeights(tensors);
  const size = found?.size;
  if (!found || !size) {
    throw new UserError(
      `${path} holds ${found ? found.network : 'no network known here'}; expected vae, generator or discriminator: npm run fsg -- weights show ${path}`,
    );
  }
  const name = found.network as NetworkName;
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const read = (): NamedTensors => fromStateDict(entriesOf(name, size), tensors, path).tensors;
  return {
    where: path,
    run: null,
    recipe: null,
    step: null,
    networks: { [name]: { size, sha256, read } },
    input: () => ({ from: path, sha256 }),
  };
}

/** Networks by reference: those of a run's best checkpoint, or the one of a weight file made elsewhere. */
import { createHash } from 'node:crypto';
import type { NamedTensors } from '@fsg/engine';
import {
  entriesOf,
  fromStateDict,
  identifyWeights,
  lightCnnRecogniser,
  type NetworkName,
  type NetworkOptions,
  type OptionsByNetwork,
  openGraphRecogniser,
  openLightCnn,
  openRecogniser,
  RECOGNISERS,
  type Recogniser,
  type RecogniserName,
  type RecogniserOptions,
  readSafetensors,
  readWeightFile,
  type SizedNetwork,
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
  readonly networks: { readonly [N in NetworkName]?: SourcedNetwork<N> };
  /** What a run records that it uses of these networks. */
  input(names: readonly NetworkName[]): Input;
}

export interface SourcedNetwork<N extends NetworkName = NetworkName> {
  readonly options: OptionsByNetwork[N];
  /** SHA-256 of the file that holds it. */
  readonly sha256: string;
  /** The weights to predict with: averaged where the checkpoint has an average. */
  read(): NamedTensors;
}

export const isWeightFile = (reference: string): boolean => /\.(pth|pt|tar|safetensors)$/.test(reference);

/** Opens what is meant: a file of weights, else whatever names a run. */
export function openNetworks(reference: string, runs: string): Promise<NetworkSource> {
  return isWeightFile(reference) ? fileSource(reference) : runSource(reference, runs);
}

/** The one network of these; throws a UserError where the source has none of that name. */
export function networkOf<N extends NetworkName>(
  source: NetworkSource,
  name: N,
  expected: string,
): SourcedNetwork<N> {
  const network = source.networks[name];
  if (network) return network as SourcedNetwork<N>;
  const held = Object.keys(source.networks).join(', ');
  throw new UserError(`${source.where} holds ${held || 'no network'}, no ${name}; expected ${expected}`);
}

async function runSource(reference: string, runs: string): Promise<NetworkSource> {
  const { files, manifest, recipe, run, where } = await checkpointOf(reference, runs);
  const names = (['vae', 'generator', 'discriminator', 'recogniser'] as const).filter(
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
          options: optionsOf(recipe, files),
          sha256: sha256(fileOf(name)),
          read: () => readSmoothed(files, name, optionsOf(recipe, files), where),
        },
      ]),
    ),
    input: (used) => {
      const hashes = [...used.map(fileOf), 'ema.safetensors'].map(sha256).join(' ');
      return { from: where, sha256: createHash('sha256').update(hashes).digest('hex') };
    },
  };
}

/** A recogniser's recipe does not say how many people it knows; its last layer does. */
function optionsOf(
  { stage, model }: TrainRecipe,
  files: Readonly<Record<string, Uint8Array>>,
): NetworkOptions {
  if (stage !== 'recogniser') return model as NetworkOptions;
  const file = fileOf('recogniser');
  const people = readSafetensors(files[file] as Uint8Array, file)['fc2.weight']?.shape[0] ?? 0;
  return { ...model, people } as RecogniserOptions;
}

const fileOf = (name: NetworkName): string => `${name}.safetensors`;

async function fileSource(path: string): Promise<NetworkSource> {
  const { tensors, sha256 } = await readWeightFile(path);
  const found = identifyWeights(tensors);
  const size = found?.size;
  if (!found || !size) {
    throw new UserError(
      `${path} holds ${found ? found.network : 'no network known here'}; expected vae, generator or discriminator: npm run fsg -- weights show ${path}`,
    );
  }
  const name = found.network as SizedNetwork;
  const read = (): NamedTensors => fromStateDict(entriesOf(name, size), tensors, path).tensors;
  return {
    where: path,
    run: null,
    recipe: null,
    step: null,
    networks: { [name]: { options: size, sha256, read } },
    input: () => ({ from: path, sha256 }),
  };
}

/**
 * A recogniser by reference: a packaged one by its name, a weight file of LightCNN, the description of a tfjs graph model
 * (.json), or a run of stage recogniser. `signed`
 * concerns LightCNN alone (the release's defect C).
 */
export async function recogniserOf(
  reference: string,
  options: { readonly signed?: boolean },
  runs: string,
): Promise<Recogniser> {
  if (isWeightFile(reference)) return openLightCnn(reference, options);
  if (reference.endsWith('.json')) return openGraphRecogniser(reference);
  if (RECOGNISERS.includes(reference as RecogniserName)) return openRecogniser(reference);
  const source = await openNetworks(reference, runs).catch((error: unknown) => {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(
      `recogniser: ${error.message}; expected ${RECOGNISERS.join(' or ')}, a run of stage recogniser or a weight file`,
    );
  });
  const { options: trained, sha256, read } = networkOf(source, 'recogniser', 'a run of stage recogniser');
  const { 'fc2.weight': classifier, ...tensors } = read();
  classifier?.dispose();
  return lightCnnRecogniser(trained.architecture, tensors, sha256, options);
}

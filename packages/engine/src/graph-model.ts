/** tfjs graph models out of memory. */
import * as tf from '@tensorflow/tfjs';

/** A graph model's JSON file, as far as it is read here. */
export interface GraphModelFile {
  readonly modelTopology: object;
  readonly signature?: object | undefined;
  readonly weightsManifest: readonly { readonly weights: readonly unknown[] }[];
}

/** `weights`: the bytes of all its weight files, one after the other. Throws where they do not fit. */
export const graphModel = (
  { modelTopology, signature, weightsManifest }: GraphModelFile,
  weights: Uint8Array,
): Promise<tf.GraphModel> =>
  tf.loadGraphModel(
    tf.io.fromMemory({
      modelTopology,
      ...(signature && { signature }),
      weightSpecs: weightsManifest.flatMap((part) => part.weights as tf.io.WeightsManifestEntry[]),
      weightData: ownBuffer(weights),
    }),
  );

/** The bytes as an ArrayBuffer of their own (a Buffer may be a window on a larger one). */
export const ownBuffer = ({ buffer, byteOffset, byteLength }: Uint8Array): ArrayBuffer =>
  buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;

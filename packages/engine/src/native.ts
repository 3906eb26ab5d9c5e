/** The engine's own addons, handed in by whoever loads TensorFlow, so that browsers import no file of Node's. */
import type { FunctionSpec } from './recording.ts';

/** packages/engine/native/capture.cc. */
export interface CaptureAddon {
  /** Makes a TensorFlow function known under its name. Throws TensorFlow's message. */
  addFunction(spec: FunctionSpec): void;
  removeFunction(name: string): void;
  /** A serialised OpDef. */
  opDefinition(op: string): Uint8Array;
}

let addon: CaptureAddon | undefined;

/** Called once TensorFlow's binding is loaded. */
export function provideCaptureAddon(loaded: CaptureAddon): void {
  addon = loaded;
}

export const captureAddon = (): CaptureAddon | undefined => addon;

/** packages/engine/native/kernels. */
export interface KernelsAddon {
  /** Makes the engine's own operations known to TensorFlow; `threads` may work on one of them. */
  define(threads: number): void;
}

let defined = false;

/** Whether TensorFlow knows the engine's own operations. */
export const kernelsDefined = (): boolean => defined;

/** Called once they are known. Tests switch them off, to try what serves on a GPU. */
export function setKernelsDefined(value: boolean): void {
  defined = value;
}

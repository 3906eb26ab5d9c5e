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

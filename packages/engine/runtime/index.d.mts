/** A wheel as the Python package index serves it. */
export interface Wheel {
  readonly file: string;
  readonly size: number;
  readonly sha256: string;
}

/** A build of TensorFlow: `platform` as `${process.platform}-${process.arch}`, `unpacked` in bytes. */
export interface Build {
  readonly name: string;
  readonly version: string;
  readonly platform: string;
  readonly gpu: boolean;
  readonly unpacked: number;
  readonly wheels: readonly Wheel[];
}

/** A build that is ready for use: its folder and the one of the addons compiled against it. */
export interface Runtime {
  readonly name: string;
  readonly version: string;
  readonly gpu: boolean;
  readonly folder: string;
  readonly addons: string;
}

export interface Task {
  update(fraction: number): void;
  end(result?: string): void;
}

export interface Progress {
  say(line: string): void;
  task(label: string): Task;
}

export interface RuntimeOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly pins?: readonly Build[];
}

export interface SetUpOptions extends RuntimeOptions {
  readonly gpu?: boolean;
  readonly progress?: Progress;
  readonly packages?: Promise<unknown>;
}

export type Outcome =
  | { readonly runtime: Runtime }
  | { readonly runtime: null; readonly problem: string; readonly news: boolean };

export const TENSORFLOW_VERSION: string;
export function cacheFolder(env: NodeJS.ProcessEnv): string;
export function hasNvidiaDriver(env: NodeJS.ProcessEnv): boolean;
export function findRuntime(options?: RuntimeOptions): Runtime | null;
export function whyNoRuntime(options?: RuntimeOptions): string;
export function ensureRuntime(
  options?: Omit<SetUpOptions, 'gpu'> & { readonly retry?: boolean },
): Promise<Outcome>;
export function setUp(options?: SetUpOptions): Promise<Outcome>;
/** Gives the bytes freed. */
export function removeRuntime(options?: { readonly env?: NodeJS.ProcessEnv }): Promise<number>;
/** Makes a folder and those above it; throws where it cannot, also where Node's recursive mkdir would never return (/proc). */
export function makeFolder(path: string): Promise<void>;
/**
 * Runs `work` while this process alone holds the lock file. Throws `signal.reason` where that is aborted before. `waiting` is
 * called once where another process has it.
 */
export function withLock<T>(
  file: string,
  work: () => Promise<T>,
  options?: {
    readonly signal?: AbortSignal | undefined;
    readonly waiting?: ((pid: number) => void) | undefined;
  },
): Promise<T>;
/** Bytes taken by a file or a folder with all in it; 0 where it is not there. */
export function diskUse(path: string): number;

/** Inputs that show no usable face: they are set aside and counted, and too many of them stop the work. */
import { UserError } from './error.ts';

export interface Unusable {
  readonly file: string;
  readonly reason: string;
}

/** Thrown by a source's `load` where one input is of no use, and the others may be. */
export class UnusableFace extends Error implements Unusable {
  override readonly name = 'UnusableFace';
  readonly file: string;
  readonly reason: string;

  constructor(file: string, reason: string) {
    super(`${file}: ${reason}`);
    this.file = file;
    this.reason = reason;
  }
}

const NAMED = 5;

/** Throws a `UserError` where more than the share `most` of `total` inputs is unusable, or all are. */
export function refuseTooMany(
  setAside: readonly Unusable[],
  total: number,
  most: number,
  source: string,
): void {
  if (setAside.length <= most * total && setAside.length < total) return;
  const named = setAside.slice(0, NAMED).map(({ file, reason }) => `${file}: ${reason}`);
  const more = setAside.length > NAMED ? `; and ${setAside.length - NAMED} more` : '';
  throw new UserError(
    `${setAside.length} of ${total} inputs of ${source} are unusable, more than data.mostUnusable allows (${most}): ` +
      `${named.join('; ')}${more}`,
  );
}

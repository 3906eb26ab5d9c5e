/** Pixels as they are hashed. */
import { createHash } from 'node:crypto';

/** A mask as it is stored and hashed: 255 where it is 1. */
export const maskPixels = (mask: Uint8Array): Uint8Array => mask.map((value) => value * 255);

export const sha256 = (...parts: readonly (Uint8Array | string)[]): string => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
};

/** Hashes that stand in file names, as torchvision and torch.hub put them: `name-<first digits of the SHA-256>.pth`. */
import { basename } from 'node:path';
import { UserError } from '@fsg/engine/error';

/** Eight digits of which one is a letter: a date is no hash. */
const NAMED = /-(?=[0-9a-f]*[a-f])([0-9a-f]{8})\.\w+$/;

/** Throws a UserError where the file's name carries a hash and its content has another. */
export function refuseOtherContent(path: string, sha256: string): void {
  const named = NAMED.exec(basename(path))?.[1];
  if (named === undefined || sha256.startsWith(named)) return;
  throw new UserError(
    `${path}: its name says that its SHA-256 begins with ${named}, but it is ${sha256}; it is cut short or another file. Download it again, or rename it if it is meant to differ`,
  );
}

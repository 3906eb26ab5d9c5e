/** Picture files by name, in a zip archive: read one by one where they lie. */
import StreamZip from 'node-stream-zip';
import { UserError } from '../error.ts';
import { PICTURE_NAME } from '../picture.ts';
import { UnusableFace } from '../unusable.ts';
import { checkSize, type PictureFiles } from './picture-files.ts';

/**
 * The archive's pictures; their names begin with `folder`, as if it had been unpacked there. Reads its directory alone
 * (CelebA's 202,599 entries in 2 s). Throws a `UserError` where it is no archive.
 */
export async function zipFiles(archive: string, folder: string): Promise<PictureFiles> {
  const zip = new StreamZip.async({ file: archive });
  const entries = new Map(
    Object.values(await zip.entries().catch((error: Error) => refuse(archive, error)))
      .filter(({ isFile, name }) => isFile && PICTURE_NAME.test(name))
      .map((entry) => [`${folder}${entry.name}`, entry]),
  );
  return {
    names: [...entries.keys()].sort(),
    sizeOf: (name) => entries.get(name)?.size,
    async read(name) {
      const entry = entries.get(name);
      checkSize(name, entry?.size);
      return await zip.entryData(entry as StreamZip.ZipEntry).catch((error: Error) => {
        throw new UnusableFace(name, `it cannot be read from ${archive}: ${error.message}`);
      });
    },
  };
}

function refuse(archive: string, { message }: Error): never {
  throw new UserError(`${archive}: ${message}: a zip archive of pictures was expected`);
}

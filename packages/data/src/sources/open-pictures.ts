import type { FileSource } from './config.ts';
import type { PictureSource } from './picture-source.ts';

/** Finds the source's pictures; opens none. Throws a `UserError` where it is not what its kind says. */
export async function openPictures(config: FileSource): Promise<PictureSource> {
  if (config.kind === 'celeba') return (await import('./celeba.ts')).celebaPictures(config);
  if (config.kind === 'lfw') return (await import('./lfw.ts')).lfwPictures(config);
  if (config.kind === 'folder') return (await import('./folder.ts')).folderPictures(config);
  return (await import('./pairs.ts')).pairPictures(config);
}

/** Any picture file as upright RGB of 8 bits, or why it is of no use. */
import sharp from 'sharp';
import type { Rgb } from './face.ts';
import { decodeJpeg } from './jpeg.ts';
import { UnusableFace } from './unusable.ts';

// Pictures are decoded side by side, each in a thread of its own.
sharp.concurrency(1);

/** Names of the files that are read; what they hold is told by their content. */
export const PICTURE_NAME = /\.(jpe?g|png|webp|tiff?|avif|gif)$/i;
/** heif: AVIF. SVG, which sharp reads too, is no photograph and may name other files. */
const FORMATS: readonly string[] = ['jpeg', 'png', 'webp', 'tiff', 'heif', 'gif'];
/** Judged by the header, before anything is decoded. */
const MOST_PIXELS = 50e6;
/** What shows through where a picture is transparent. */
const BEHIND = { r: 128, g: 128, b: 128 } as const;

/**
 * Turned as EXIF says, in sRGB whatever its colours were, laid over grey where it is transparent; of an animation the first
 * picture. Throws an `UnusableFace` where the bytes are no whole picture, or too large a one. Damage inside compressed
 * data that the decoder takes for other data passes: most flipped bits of a JPEG do.
 */
export async function decodePicture(bytes: Uint8Array, file: string): Promise<Rgb> {
  if (bytes.length === 0) throw new UnusableFace(file, 'it is empty, 0 bytes');
  const plain = await decodeJpeg(bytes, MOST_PIXELS);
  if (plain) return plain;
  const { format, width, height } = await told(
    file,
    'it is no picture that can be read',
    sharp(bytes, { limitInputPixels: false }).metadata(),
  );
  if (!FORMATS.includes(format)) throw new UnusableFace(file, `it is ${format}, not ${FORMATS.join(', ')}`);
  if (width * height > MOST_PIXELS) {
    throw new UnusableFace(
      file,
      `it is ${width} x ${height}; ${MOST_PIXELS / 1e6} megapixels at most are read`,
    );
  }
  const { data, info } = await told(
    file,
    'it is damaged',
    sharp(bytes, { failOn: 'warning', limitInputPixels: MOST_PIXELS })
      .autoOrient()
      .flatten({ background: BEHIND })
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true }),
  );
  return { width: info.width, height: info.height, data };
}

/** The decoder's result, or its complaint's first line. */
async function told<T>(file: string, what: string, decoded: Promise<T>): Promise<T> {
  try {
    return await decoded;
  } catch (error) {
    const [line] = (error as Error).message.split('\n');
    throw new UnusableFace(file, `${what}: ${line}`);
  }
}

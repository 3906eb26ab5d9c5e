/** Pictures as addresses that hold the picture itself. */
import sharp, { type Sharp } from 'sharp';
import { type Html, html } from './html.ts';

export interface Picture {
  /** A data: address. */
  readonly source: string;
  readonly width: number;
  readonly height: number;
}

/** RGB of 8 bits: `data.length === width * height * 3`, row-major, interleaved. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

const QUALITY = 88;
/** Pictures up to this side keep every pixel: those that metrics are computed from are looked at closely. */
const EXACT = 256;

/**
 * A picture file, its bytes or its pixels as WebP: lossless where it is small, else a tenth of a lossless one's size.
 * `most`: pixels of the longer side, larger ones are scaled down. Throws where the file is no picture.
 */
export async function embedPicture(
  picture: string | Uint8Array | Pixels,
  most: number = Number.POSITIVE_INFINITY,
): Promise<Picture> {
  const read = open(picture);
  const { width, height } = await read.metadata();
  const longer = Math.max(width, height);
  const scaled = longer > most ? read.resize({ width: most, height: most, fit: 'inside' }) : read;
  const { data, info } = await scaled
    .webp(Math.min(longer, most) <= EXACT ? { lossless: true } : { quality: QUALITY })
    .toBuffer({ resolveWithObject: true });
  return {
    source: `data:image/webp;base64,${data.toString('base64')}`,
    width: info.width,
    height: info.height,
  };
}

function open(picture: string | Uint8Array | Pixels): Sharp {
  if (typeof picture === 'string' || picture instanceof Uint8Array) return sharp(picture);
  const { width, height, data } = picture;
  return sharp(data, { raw: { width, height, channels: 3 } });
}

export const imageElement = (
  { source, width, height }: Picture,
  alt: string,
  marks: Html | null = null,
): Html => html`<img src="${source}" width="${width}" height="${height}" alt="${alt}"${marks}>`;

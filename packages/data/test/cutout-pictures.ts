/** Small pictures for cutouts. */
import sharp from 'sharp';

/** RGBA by pixel, without loss. */
export const writeRgba = (
  path: string,
  width: number,
  height: number,
  pixel: (x: number, y: number) => readonly number[],
): Promise<unknown> => {
  const data = Uint8Array.from({ length: 4 * width * height }, (_, i) => {
    const at = Math.floor(i / 4);
    return pixel(at % width, Math.floor(at / width))[i % 4] as number;
  });
  const picture = sharp(data, { raw: { width, height, channels: 4 } });
  return (path.endsWith('.webp') ? picture.webp({ lossless: true }) : picture.png()).toFile(path);
};

/** An opaque red ellipse that touches the borders, on transparent white. */
export const writeDisc = (path: string, width: number, height: number): Promise<unknown> =>
  writeRgba(path, width, height, (x, y) => {
    const [dx, dy] = [(2 * (x + 0.5)) / width - 1, (2 * (y + 0.5)) / height - 1];
    return dx * dx + dy * dy < 1 ? [200, 40, 30, 255] : [255, 255, 255, 0];
  });

/** A data set at a glance: people with each kind of occluder, as a picture. */
import { imageGrid } from '@fsg/plots';
import type { OpenData } from '../config.ts';
import type { Rgb } from '../face.ts';
import { chooseSamples, type Shown } from './choose.ts';
import { meshPicture } from './mesh-picture.ts';

export interface Preview {
  readonly png: Buffer;
  readonly synthetic: boolean;
  /** Keys of the samples shown, by kind of occluder. */
  readonly kinds: Readonly<Record<string, readonly string[]>>;
}

/** Width that small pictures are enlarged to, as near as whole factors come. */
const WIDTH = 256;
/** People side by side. */
const ACROSS = 2;
const PARTS = ['clean', 'occluded', 'mask', 'mesh'];
const NOTE =
  'mask: white is occluded; mesh: the face mesh over the clean picture, brighter where it faces the viewer';

/** Up to `people` of each kind. */
export async function preview(data: OpenData, people: number): Promise<Preview> {
  const { source } = data;
  const zoom = Math.max(1, Math.round(WIDTH / source.size.width));
  const chosen = await chooseSamples(data, people);
  const rows = [...chosen].flatMap(([kind, shown]) =>
    Array.from({ length: Math.ceil(shown.length / ACROSS) }, (_, row) => {
      const beside = shown.slice(row * ACROSS, (row + 1) * ACROSS);
      const images = beside.flatMap((one) => partsOf(one, zoom));
      while (images.length < ACROSS * PARTS.length) images.push(blankLike(images[0] as Rgb));
      return { caption: [kind, ...beside.map(({ sample }) => sample.key)], images };
    }),
  );
  const png = await imageGrid({
    title: source.name,
    synthetic: source.synthetic,
    columns: Array.from({ length: ACROSS }, () => PARTS).flat(),
    group: PARTS.length,
    rows,
    note: NOTE,
  });
  const keys = [...chosen].map(([kind, shown]) => [kind, shown.map(({ sample }) => sample.key)]);
  return { png, synthetic: source.synthetic, kinds: Object.fromEntries(keys) };
}

function partsOf({ sample: { clean, occluded, mask }, face }: Shown, zoom: number): Rgb[] {
  const large = enlarged(clean, zoom);
  const white = { ...clean, data: clean.data.map((_, i) => 255 * (mask[Math.floor(i / 3)] as number)) };
  return [large, enlarged(occluded, zoom), enlarged(white, zoom), meshPicture(large, face.mesh, zoom)];
}

/** Every pixel `zoom` times as wide and high. */
function enlarged({ width, height, data }: Rgb, zoom: number): Rgb {
  const large = { width: zoom * width, height: zoom * height };
  const out = new Uint8Array(3 * large.width * large.height);
  for (let y = 0; y < large.height; y++) {
    for (let x = 0; x < large.width; x++) {
      const from = 3 * (Math.floor(y / zoom) * width + Math.floor(x / zoom));
      out.set(data.subarray(from, from + 3), 3 * (y * large.width + x));
    }
  }
  return { ...large, data: out };
}

const blankLike = ({ width, height, data }: Rgb): Rgb => ({ width, height, data: data.map(() => 255) });

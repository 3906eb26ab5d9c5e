/** Restored photographs as a page: before and after, one over the other. */
import { existsSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { buildGallery, embedPicture, type GalleryCase } from '@fsg/dashboard';
import type { Rgb } from '@fsg/data';
import type { Output } from '@fsg/eval';
import { prepareFolder, UserError } from '@fsg/runs';

/** Pixels of a photograph's longer side in the page. */
const SIDE = 1000;
/** Bytes of the page at most, so that it opens at once: some 80 photographs. */
const MOST_BYTES = 20e6;
/** Of it for style, script and words. */
const AROUND = 100e3;
const [BEFORE, AFTER] = ['before', 'restored'] as const;

export interface RestoredPage {
  /** Takes a photograph in, or counts it where the page is full; `out` is the file of the restored one. */
  add(photograph: {
    readonly image: string;
    readonly faces: number;
    readonly out: string;
    readonly before: Rgb;
    readonly after: Rgb;
  }): Promise<void>;
  /** Writes the page, where it has any photograph. */
  write(made: {
    /** The run or the file whose networks restored. */
    readonly by: string;
    readonly output: Output;
    /** What became of the photographs that are not in it. */
    readonly failed: readonly string[];
    readonly now: number;
  }): Promise<void>;
}

/** Throws a UserError where the page cannot be written, or would replace a file. */
export async function openPage(file: string): Promise<RestoredPage> {
  if (!/\.html?$/i.test(file))
    throw new UserError(`--html ${file}: a file that ends in .html was expected`, 2);
  if (existsSync(file)) throw new UserError(`${file} exists already: name another file or remove it`);
  await prepareFolder(dirname(file));
  const cases: GalleryCase[] = [];
  let bytes = AROUND;
  let leftOut = 0;
  return {
    async add({ image, faces, out, before, after }) {
      const full = leftOut > 0;
      const pictures = full ? [] : [await embedPicture(before, SIDE), await embedPicture(after, SIDE)];
      const size = pictures.reduce((sum, { source }) => sum + source.length, 0);
      if (full || bytes + size > MOST_BYTES) {
        leftOut++;
        return;
      }
      bytes += size;
      const caption = [
        `${faces} face${faces === 1 ? '' : 's'}`,
        `${before.width} × ${before.height} pixels`,
        out,
      ];
      cases.push({ name: basename(image), caption, pictures });
    },
    async write({ by, output, failed, now }) {
      if (cases.length === 0) return;
      const rest = leftOut === 1 ? '1 more photograph was' : `${leftOut} more photographs were`;
      await buildGallery({
        title: 'Restored photographs',
        intro: `Restored by ${by}: ${CHANGED[output]}. Shown with at most ${SIDE} pixels a side.`,
        synthetic: false,
        columns: [BEFORE, AFTER],
        before: BEFORE,
        after: AFTER,
        cases,
        notes: [
          ...failed,
          ...(leftOut > 0
            ? [`${rest} restored, but left out here to keep this page below ${MOST_BYTES / 1e6} MB`]
            : []),
        ],
        now,
        out: file,
      });
    },
  };
}

const CHANGED: Readonly<Record<Output, string>> = {
  composite: 'only what was taken for occluded is changed',
  network: 'all of each face is changed',
};

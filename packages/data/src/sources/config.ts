/** The recipe's sections of the sources that read picture files. */
import { z } from 'zod';
import { AlignConfig } from '../align.ts';

const root = z.string().min(1);
const align = AlignConfig.prefault({});
/**
 * Where the landmarks come from: `detect`: they have to be found first; `none`: five points where the template has them;
 * else a file of landmarks (see landmark-file.ts).
 */
const landmarks = z.string().min(1);

/** CelebA as it is given out; its folder holds `img_align_celeba` or `img_align_celeba.zip`, and the lists. */
const CelebaSource = z.strictObject({
  kind: z.literal('celeba'),
  root,
  /** `list`: the data set's own five points. */
  landmarks: landmarks.default('list'),
  /** Attributes of `list_attr_celeba.txt`, such as Eyeglasses: pictures that have one of them are left out. */
  without: z.array(z.string().min(1)).default([]),
  align,
});

/** LFW as it is given out: `Name_Surname/Name_Surname_0001.jpg`; people's sides where the lists of them are there. */
const LfwSource = z.strictObject({
  kind: z.literal('lfw'),
  root,
  landmarks: landmarks.default('detect'),
  align,
});

/** Pictures in a folder, or in one folder a person. */
const FolderSource = z.strictObject({
  kind: z.literal('folder'),
  root,
  landmarks: landmarks.default('detect'),
  align,
});

/** `complete/<name>` and, occluded, `contaminate/img_align_mask/MASK_<name>` and so on: see pairs.ts. */
const PairsSource = z.strictObject({
  kind: z.literal('pairs'),
  root,
  /** File of the root with lines of name and identity, or one a side; left out: everything there, each name a person. */
  list: z
    .union([
      z.string().min(1),
      z.strictObject({
        train: z.string().min(1).optional(),
        validation: z.string().min(1).optional(),
        test: z.string().min(1).optional(),
      }),
    ])
    .optional(),
  /** A pixel is occluded where a channel differs by more; what is below is taken for traces of JPEG. */
  threshold: z.int().min(0).max(254).default(12),
  /** By how many pixels the mask is grown then, for the soft edges. */
  margin: z.int().min(0).max(16).default(2),
  landmarks: landmarks.default('none'),
  align: AlignConfig.default('none'),
});

export const FILE_SOURCES = [CelebaSource, LfwSource, FolderSource, PairsSource] as const;
export type CelebaSource = z.infer<typeof CelebaSource>;
export type LfwSource = z.infer<typeof LfwSource>;
export type FolderSource = z.infer<typeof FolderSource>;
export type PairsSource = z.infer<typeof PairsSource>;
export type FileSource = CelebaSource | LfwSource | FolderSource | PairsSource;

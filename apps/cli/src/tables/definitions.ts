/** What the five tables show. */
import type { DataSetName } from './scale.ts';

export interface RowDefinition {
  readonly key: string;
  /** Left out: the method's own. */
  readonly label?: string;
  /** Name of the training, as in recipes/tables. */
  readonly training: string;
  /** Key of the method; left out: that of the section. */
  readonly method?: string;
  /** Needs no training: the first seed's suffices. */
  readonly untrained?: boolean;
}

export interface TableDefinition {
  readonly title: string;
  readonly data: DataSetName;
  /** Of pictures, of recognition, or both beside each other for the outputs of each row. */
  readonly kind: 'quality' | 'recognition' | 'comparison';
  readonly rows: readonly RowDefinition[];
  /** Keys of metrics or their beginnings; the others are not shown. */
  readonly metrics: readonly RegExp[];
  /** Row that others are compared with. */
  readonly reference: string;
  /** Keys of rows that are not shown, where not all were asked for. */
  readonly leftOut?: readonly string[];
}

/** What is measured beside the first training of all. */
export const untrained = (key: string): RowDefinition => ({
  key,
  training: 'full',
  method: key,
  untrained: true,
});

const METHODS: readonly RowDefinition[] = [
  untrained('occluded'),
  untrained('mean-face'),
  untrained('inpainting'),
  { key: 'stage-one', training: 'full', method: 'stage-one' },
  { key: 'unet-network', training: 'unet', method: 'network' },
  { key: 'unet-composite', training: 'unet', method: 'composite' },
  { key: 'network', training: 'full', method: 'network' },
  { key: 'composite', training: 'full', method: 'composite' },
  { key: 'oracle', training: 'full', method: 'oracle' },
];

const QUALITY = [/^psnr(_hole)?$/, /^ssim(_hole)?$/, /^similarity_/, /^lpips/, /^fid$/];
const COMPARED = [/^psnr(_hole)?$/, /^ssim(_hole)?$/, /^similarity_/, /^accuracy_/, /^auc_/];
const RELEASE = [/_release$/, /_stretched$/, /_sampled$/];

const FULL = { key: 'full', label: 'full', training: 'full' };

export const TABLES = {
  'quality-celeba': {
    title: 'Quality on the test side of the training data',
    data: 'first',
    kind: 'quality',
    rows: METHODS,
    metrics: QUALITY,
    reference: 'occluded',
  },
  'quality-lfw': {
    title: 'Quality on a second data set, never trained on',
    data: 'second',
    kind: 'quality',
    rows: METHODS,
    metrics: QUALITY,
    reference: 'occluded',
  },
  'recognition-lfw': {
    title: 'Recognition on a second data set, never trained on',
    data: 'second',
    kind: 'recognition',
    rows: [{ ...untrained('clean'), label: 'clean images' }, ...METHODS],
    metrics: [/./],
    reference: 'occluded',
  },
  ablation: {
    title: 'What each part of FSG-GAN brings',
    data: 'first',
    kind: 'comparison',
    rows: [
      FULL,
      { key: 'no-guidance', label: 'no structure guidance', training: 'no-guidance' },
      { key: 'no-hdc', label: 'plain 3x3 in place of HDC', training: 'plain-convolution' },
      { key: 'large-only', label: 'one receptive field (large)', training: 'large-only' },
      { key: 'no-identity', label: 'no identity loss', training: 'no-identity' },
      { key: 'no-adversarial', label: 'no adversarial loss', training: 'no-adversarial' },
    ],
    metrics: COMPARED,
    reference: 'full',
  },
  defects: {
    title: 'What each defect of the authors’ release costs',
    data: 'first',
    kind: 'comparison',
    rows: [
      { ...FULL, label: 'fixed' },
      // The same training as the ablation: see docs/defects.md.
      { key: 'a', label: 'A: adversarial term without gradient', training: 'no-adversarial' },
      { key: 'b', label: 'B: levels compared with themselves', training: 'b-self-targets' },
      { key: 'c', label: 'C: LightCNN in [-1, 1]', training: 'c-signed-identity' },
      { key: 'd', label: 'D: a fixed fifth of the list', training: 'd-ordered-fifth' },
      { key: 'e', label: 'E: structure sampled', training: 'e-sampled-structure' },
      { key: 'f', label: 'F: chosen on test images', training: 'f-test-selection' },
      { key: 'official', label: 'official: A to F', training: 'official' },
    ],
    metrics: [...COMPARED, ...RELEASE],
    reference: 'full',
  },
} as const satisfies Record<string, TableDefinition>;

export type TableName = keyof typeof TABLES;
export const TABLE_NAMES = Object.keys(TABLES) as TableName[];

export const definitionOf = (name: TableName): TableDefinition => TABLES[name];

/** Names of the trainings behind some tables, each once. */
export const trainingsOf = (tables: readonly TableDefinition[]): string[] => [
  ...new Set(tables.flatMap(({ rows }) => rows.map(({ training }) => training))),
];

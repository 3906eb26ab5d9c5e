/** What a recipe can choose of FSG-GAN's networks. */

/** The receptive fields of the discriminator's outputs: 15, 67 and all pixels. */
export const LEVELS = ['small', 'medium', 'large'] as const;
export type Level = (typeof LEVELS)[number];

/** A choice left out is the paper's. */
export interface ModelOptions {
  /** C: channels of the widest feature map, 256 in the paper; a multiple of 32. */
  readonly dim: number;
  /** Z: length of the latent vector, 512 in the paper. */
  readonly zDim: number;
  /** `unet`: a plain U-Net of about the same cost in the generator's place. */
  readonly generator?: 'fsg' | 'unet';
  /** False: the generator sees the occluded image alone, no structure. */
  readonly guided?: boolean;
  /** False: a plain 3x3 convolution in place of each hybrid dilated one. */
  readonly dilated?: boolean;
  /** The discriminator's receptive fields. */
  readonly levels?: readonly Level[];
}

/** True where the generator takes a structure image besides the occluded one. */
export const isGuided = ({ generator = 'fsg', guided = true }: ModelOptions): boolean =>
  guided && generator === 'fsg';

export const LIGHT_CNNS = ['lightcnn29v2', 'lightcnn9'] as const;
export type LightCnnName = (typeof LIGHT_CNNS)[number];

/** What a recipe can choose of a recogniser that it trains. */
export interface RecogniserOptions {
  readonly architecture: LightCnnName;
  /** People to tell apart in training: classes of the last layer. */
  readonly people: number;
}

/** The weight files of perceptual metrics: what each must hold, and where users have it from. */
import type { Entry } from '../nets/parameters.ts';
import { backboneEntries, linearEntries } from './backbones.ts';
import { INCEPTION_HEAD, inceptionEntries } from './inception.ts';

export const PERCEPTUAL_FILES = ['alexnet', 'vgg16', 'lpips-alex', 'lpips-vgg', 'inception-fid'] as const;
export type PerceptualFile = (typeof PERCEPTUAL_FILES)[number];

interface Expected {
  readonly entries: () => readonly Entry[];
  /** Tensors that the file may hold besides: they begin so. */
  readonly unused?: string;
  readonly origin: string;
}

export const EXPECTED: Readonly<Record<PerceptualFile, Expected>> = {
  alexnet: {
    entries: () => backboneEntries('alex'),
    unused: 'classifier.',
    origin: 'torchvision’s alexnet-owt-7be5be79.pth',
  },
  vgg16: {
    entries: () => backboneEntries('vgg'),
    unused: 'classifier.',
    origin: 'torchvision’s vgg16-397923af.pth',
  },
  'lpips-alex': { entries: () => linearEntries('alex'), origin: 'alex.pth of the lpips package, v0.1' },
  'lpips-vgg': { entries: () => linearEntries('vgg'), origin: 'vgg.pth of the lpips package, v0.1' },
  'inception-fid': {
    entries: () => [...inceptionEntries(), ...INCEPTION_HEAD],
    origin: 'pytorch-fid’s pt_inception-2015-12-05-6726825d.pth',
  },
};

/** Every tensor that such a file must hold. */
export const perceptualEntries = (file: PerceptualFile): readonly Entry[] => EXPECTED[file].entries();

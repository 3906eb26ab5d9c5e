/**
 * What the variants and baselines of stage II cost: parameters and GFLOP of the generator, and images a second of a whole
 * training step. npx tsx bench/variants.ts [--width 256] [--batch 8] [--steps 6]
 */
import { parseArgs } from 'node:util';
import { startEngine } from '@fsg/engine';
import { describeNetwork, type ModelOptions } from '@fsg/models';
import type { GeneratorWeights } from '@fsg/trainer';
import { measure } from './step-rate.ts';

interface Variant {
  readonly name: string;
  readonly variant?: Partial<ModelOptions>;
  readonly weights?: Partial<GeneratorWeights>;
}

const VARIANTS: readonly Variant[] = [
  { name: 'full' },
  { name: 'no structure guidance', variant: { guided: false } },
  { name: 'plain 3x3 convolutions', variant: { dilated: false } },
  { name: 'large level alone', variant: { levels: ['large'] } },
  { name: 'no identity loss', weights: { identity: 0 } },
  { name: 'no adversarial loss', weights: { adversarial: 0 } },
  {
    name: 'U-Net, L1 alone',
    variant: { generator: 'unet' },
    weights: { identity: 0, adversarial: 0, tv: 0 },
  },
];

const { values } = parseArgs({
  options: {
    width: { type: 'string', default: '256' },
    batch: { type: 'string', default: '8' },
    steps: { type: 'string', default: '6' },
  },
});
const [width, batch, steps] = [values.width, values.batch, values.steps].map(Number) as [
  number,
  number,
  number,
];

const { device, threads, backend } = await startEngine();
console.log(
  `width ${width}, batch ${batch}, ${backend} on ${device}, ${threads} threads; identity by dlib-resnet\n`,
);
console.log('| variant | generator | GFLOP | discriminator | images/s in training |');
console.log('| --- | ---: | ---: | ---: | ---: |');
for (const { name, ...choice } of VARIANTS) {
  const options = { dim: width, zDim: 512, ...choice.variant };
  const [generator, discriminator] = (['generator', 'discriminator'] as const).map((network) =>
    describeNetwork(network, options),
  ) as [ReturnType<typeof describeNetwork>, ReturnType<typeof describeNetwork>];
  const { rate } = await measure({ stage: 2, width, batch, steps, captured: true, ...choice });
  const cells = [
    name,
    generator.parameters.toLocaleString('en'),
    generator.gflop.toFixed(2),
    choice.weights?.adversarial === 0 ? 'idle' : discriminator.parameters.toLocaleString('en'),
    rate.median.toFixed(1),
  ];
  console.log(`| ${cells.join(' | ')} |`);
}

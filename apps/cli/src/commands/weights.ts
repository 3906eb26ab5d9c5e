import type { Command } from 'commander';
import type { Shell } from '../shell.ts';
import { columns } from '../table.ts';
import type { WeightsDescription } from '../tasks/weights.ts';

export function register(program: Command, shell: Shell): void {
  const weights = program.command('weights').summary('show and convert files of weights');
  const file = 'safetensors, or what torch.save writes (.pth), in both its formats';
  weights
    .command('show')
    .argument('<file>', file)
    .summary('names, shapes, types and hashes of the tensors, and the network that they fit')
    .action(async (path: string, _: unknown, command: Command) => {
      const { describeWeights } = await import('../tasks/weights.ts');
      await answer(await describeWeights(path), command);
    });
  weights
    .command('convert')
    .argument('<file>', file)
    .requiredOption('-o, --out <file>', 'the safetensors file to write')
    .summary('write the tensors as safetensors, bit by bit')
    .action(async (path: string, { out }: { out: string }, command: Command) => {
      const { convertWeights } = await import('../tasks/weights.ts');
      await answer(await convertWeights(path, out), command);
    });

  async function answer(described: WeightsDescription, command: Command): Promise<void> {
    const fit = described.network ? await fitLines(described.network) : ['fits no network known here'];
    shell.answer(command, described, () =>
      [
        columns([
          ['tensor', 'shape', 'type', 'SHA-256'],
          ...described.tensors.map(({ name, shape, dtype, sha256 }) => [
            name,
            `[${shape.join(', ')}]`,
            dtype,
            sha256.slice(0, 12),
          ]),
        ]),
        '',
        `${described.file}: ${described.format}, ${described.tensors.length} tensors, ${described.values.toLocaleString('en')} values`,
        `SHA-256 ${described.sha256}`,
        ...fit,
      ].join('\n'),
    );
  }
}

/** What the file is, then what it lacks or has too much of as that. */
async function fitLines({
  network,
  size,
  comparison,
}: NonNullable<WeightsDescription['network']>): Promise<string[]> {
  const { describeDifferences } = await import('@fsg/models');
  const differences = describeDifferences(comparison);
  const sizes = size ? `, dim ${size.dim}${network === 'vae' ? `, zDim ${size.zDim}` : ''}` : '';
  return differences.length === 0
    ? [`fits ${network}${sizes}`]
    : [`would be ${network}${sizes}, but:`, ...differences.map((line) => `  ${line}`)];
}

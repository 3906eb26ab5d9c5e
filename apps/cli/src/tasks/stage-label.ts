/** What a training is called in bars, curves and reports. */
export function stageLabel({ stage, crop }: { readonly stage?: unknown; readonly crop?: unknown }): string {
  if (stage === 'stage1') return 'stage I';
  if (stage === 'recogniser') return 'recogniser';
  return crop === undefined ? 'stage II' : 'stage II on crops';
}

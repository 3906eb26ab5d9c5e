/** A checkpoint's files as a step makes them: content depends on the step alone, about 100 kB in all. */
export function checkpointFiles(step: number): Record<string, Uint8Array> {
  const filled = (length: number, salt: number) =>
    new Uint8Array(length).map((_, i) => (i * 31 + step * 7 + salt) % 256);
  return {
    'vae.safetensors': filled(60_000, 1),
    'optimizer.safetensors': filled(40_000 + step, 2),
    'state.json': new TextEncoder().encode(JSON.stringify({ step })),
  };
}

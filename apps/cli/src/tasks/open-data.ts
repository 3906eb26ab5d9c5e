/** Opens a recipe's data and says what is odd about it. */
import { type DataConfig, type OpenData, openData } from '@fsg/data';
import type { Context } from './context.ts';

export async function openNoted(config: DataConfig, { warn }: Pick<Context, 'warn'>): Promise<OpenData> {
  const data = await openData(config);
  for (const note of data.source.notes ?? []) warn(note);
  return data;
}

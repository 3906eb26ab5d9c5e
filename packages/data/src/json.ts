/** JSON of a known form. */
import type { z } from 'zod';
import { UserError } from './error.ts';

/** Throws a `UserError` that says what is wrong at `where`, a file and perhaps its line. */
export function parse<T>(schema: z.ZodType<T>, text: string, where: string): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new UserError(`${where}: not JSON: the file is damaged, make it anew`);
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new UserError(`${where}: ${issue?.path.join('.') || 'the whole'}: ${issue?.message}`);
}

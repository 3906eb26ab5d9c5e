/** JSON that comes from a file, checked. */
import type { z } from 'zod';
import { UserError } from './error.ts';

/** Throws a `UserError` that says where the fault is (`where`: file and line) and, where it is no JSON, what to do. */
export function parseJson<T>(schema: z.ZodType<T>, text: string, where: string, remedy: string): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new UserError(`${where}: not JSON: ${remedy}`);
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new UserError(`${where}: ${issue?.path.join('.') || 'the whole'}: ${issue?.message}`);
}

/** What a run was started with, in MLflow's terms and within its limits. */
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { RunRecord } from '../run.ts';
import type { DataSet, Tags } from './client.ts';

const KEY_LENGTH = 250;
const PARAM_LENGTH = 6000;
const TAG_LENGTH = 5000;
const DIGEST_LENGTH = 36;
const SOURCE_LENGTH = 65_535;

/** The tag by which a run's mirror is found again. */
export const RUN_TAG = 'fsg.run';

export const sha256 = (content: string | Uint8Array): string =>
  createHash('sha256').update(content).digest('hex');

/**
 * A metric's or parameter's name as MLflow takes it: letters, digits and `_ - . : / space`, a path that needs no tidying, at
 * most 250 characters. A name that had to change ends with a hash of what it was, so that two names never become one.
 */
export function safeName(name: string): string {
  const allowed = name.replace(/[^\p{L}\p{N}_\-.: /]/gu, '_');
  const parts = allowed.split('/').filter((part) => part !== '' && part !== '.' && part !== '..');
  const tidy = parts.join('/');
  if (name !== '' && tidy === name && [...tidy].length <= KEY_LENGTH) return name;
  const hash = sha256(name).slice(0, 8);
  return `${[...tidy].slice(0, KEY_LENGTH - hash.length - 1).join('')}.${hash}`;
}

/** The config flattened: `optimiser.rate` → "0.0001"; a list is one value. */
export function paramsOf(config: RunRecord['config']): Tags {
  return Object.fromEntries(
    [...leaves(config, [])].map(([path, value]) => {
      const text = typeof value === 'string' ? value : JSON.stringify(value);
      const shown = text.length > PARAM_LENGTH ? `${text.length} characters, see config.json` : text;
      return [safeName(path.join('.')), shown];
    }),
  );
}

function* leaves(value: object, path: readonly string[]): Iterable<[readonly string[], unknown]> {
  for (const [key, inner] of Object.entries(value)) {
    const isBranch = inner !== null && typeof inner === 'object' && !Array.isArray(inner);
    if (isBranch && Object.keys(inner).length > 0) yield* leaves(inner, [...path, key]);
    else yield [[...path, key], inner];
  }
}

export function tagsOf(record: RunRecord, user: string | undefined): Tags {
  const { description } = record.config;
  const tags = {
    [RUN_TAG]: record.id,
    'mlflow.runName': record.id,
    'mlflow.user': user,
    'mlflow.source.name': record.command.join(' '),
    'mlflow.source.type': 'LOCAL',
    'mlflow.source.git.commit': record.commit,
    'mlflow.note.content': typeof description === 'string' ? description : undefined,
  };
  return Object.fromEntries(
    Object.entries(tags).flatMap(([key, value]) => (value ? [[key, value.slice(0, TAG_LENGTH)]] : [])),
  );
}

/** The recipe's data section, which says how every sample is made; its hash is the digest. */
export function dataSetOf({ config, inputs }: RunRecord): DataSet | undefined {
  const { data } = config;
  if (data === null || typeof data !== 'object') return undefined;
  const { kind, root } = { ...(data as { source?: { kind?: unknown; root?: unknown } }).source };
  const text = JSON.stringify(data);
  return {
    name: typeof root === 'string' ? basename(root) : String(kind ?? 'data'),
    digest: (inputs.data?.sha256 ?? sha256(text)).slice(0, DIGEST_LENGTH),
    source_type: 'fsg',
    source: text.slice(0, SOURCE_LENGTH),
  };
}

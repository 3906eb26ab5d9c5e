import { UserError } from '@fsg/engine/error';
import { openDlibResnet } from './dlib-resnet.ts';
import { openFaceres } from './faceres.ts';
import type { Recogniser } from './recogniser.ts';

/** The better judge first. */
const OPENERS = { faceres: openFaceres, 'dlib-resnet': openDlibResnet };

export type RecogniserName = keyof typeof OPENERS;

export const RECOGNISERS = Object.keys(OPENERS) as RecogniserName[];

/** Opens a recogniser by its name on the running backend. Throws a UserError naming the valid names. */
export async function openRecogniser(name: string): Promise<Recogniser> {
  const open = OPENERS[name as RecogniserName];
  if (!open) throw new UserError(`no recogniser is called "${name}"; choose ${RECOGNISERS.join(' or ')}`, 2);
  return open();
}

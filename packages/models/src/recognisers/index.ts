export { openRecogniser, RECOGNISERS, type RecogniserName } from './open.ts';
export type { Recogniser } from './recogniser.ts';

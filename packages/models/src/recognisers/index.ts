export { openRecogniser, RECOGNISERS, type RecogniserName } from './open.ts';
export { type Recogniser, unitRows } from './recogniser.ts';

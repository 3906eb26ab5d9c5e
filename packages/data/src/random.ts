export { type Random, random } from '@fsg/engine/random';

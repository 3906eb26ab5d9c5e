export { FACE_BOX, type Framing, wideFraming } from './framing.ts';
export { type Attributes, type Identity, identityOf, type Population } from './identity.ts';
export { type ImageParams, imageOf } from './image.ts';
export {
  renderFace,
  type SyntheticFaces,
  SyntheticFacesConfig,
  type SyntheticFacesOptions,
  syntheticFaces,
} from './source.ts';

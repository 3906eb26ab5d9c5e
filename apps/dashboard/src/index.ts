export { buildGallery, type GalleryCase, type GalleryOptions } from './gallery/build.ts';
export { embedPicture, type Picture, type Pixels } from './page/picture.ts';
export { buildReport, type ReportOptions } from './report/build.ts';

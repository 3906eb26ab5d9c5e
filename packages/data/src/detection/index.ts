export type { Box } from './boxes.ts';
export { type DetectedFace, type Detector, detectorName, openDetector } from './detector.ts';

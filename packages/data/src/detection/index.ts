export type { Box } from './boxes.ts';
export { type DetectLandmarksOptions, detectLandmarks, mainFace } from './detect-landmarks.ts';
export { type DetectedFace, type Detector, detectorName, openDetector } from './detector.ts';

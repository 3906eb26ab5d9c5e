/** The thread that composes batches while the training step has the main thread. */
import { openOccluders } from '../config.ts';
import { FaceReader } from '../faces/face-file.ts';
import { composeSample } from '../sample.ts';
import { serve } from '../workers/serve.ts';
import { type Batch, toBatch } from './batch.ts';
import type { BatchTask, LoaderData } from './loader.ts';

await serve<LoaderData, BatchTask, Batch>(async ({ faces, config, augment }) => {
  const composing = { ...config, occluders: await openOccluders(config), ...(augment && { augment }) };
  const reader = new FaceReader(faces);
  const identities = new Set(faces.refs.map(({ identity }) => identity));
  const numberOf = new Map([...identities].map((identity, number) => [identity, number]));
  return async ({ epoch, indices }) => {
    const samples = Array.from(indices, (index) => composeSample(reader.face(index), epoch, composing));
    const batch = toBatch(await Promise.all(samples), numberOf);
    const arrays = [batch.clean, batch.occluded, batch.mask, batch.landmarks, batch.labels];
    return { result: batch, transfer: arrays.map(({ buffer }) => buffer as ArrayBuffer) };
  };
});

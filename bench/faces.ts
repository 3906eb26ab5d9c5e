/**
 * npx tsx bench/faces.ts [--seed 1 --identities 200 --images 4 --population a]
 * How often face-api's SSD detector finds the synthetic people, beside the people of its own photographs, and how well two
 * recognisers verify them. The table goes to stderr, JSON to stdout. Needs TensorFlow or, slowly, wasm.
 */
import { parseArgs } from 'node:util';
import { identityOf, imageOf, renderFace, syntheticFaces, wideFraming } from '@fsg/data';
import { startEngine } from '@fsg/engine';
import { reportFaces, reportText } from './face-report.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    identities: { type: 'string', default: '200' },
    images: { type: 'string', default: '4' },
    population: { type: 'string', default: 'a' },
  },
});
const [seed, identities, imagesPerIdentity] = [values.seed, values.identities, values.images].map(Number) as [
  number,
  number,
  number,
];
const population = values.population === 'b' ? 'b' : 'a';
await startEngine();

const people = syntheticFaces({ seed, identities, imagesPerIdentity, population });
const wide = Array.from({ length: identities }, (_, index) => {
  const identity = identityOf(seed, index, population);
  return renderFace(identity, imageOf(seed, identity.name, 0, population), wideFraming(128));
});
const report = await reportFaces(people, {
  wide,
  classOf: (index) => {
    const { skin, hairColour, hairLength } = people.attributes(index);
    return `${skin} ${hairColour} ${hairLength}`;
  },
});
process.stderr.write(`${reportText(report)}\n`);
process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);

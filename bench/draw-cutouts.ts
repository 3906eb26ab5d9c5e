/** npx tsx bench/draw-cutouts.ts DIR: a mug, a microphone and a telephone as RGBA pictures, for the kind `cutout`. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';

const folder = process.argv[2];
if (!folder) throw new Error('name the folder to write: npx tsx bench/draw-cutouts.ts cutouts');

/** Light from the upper left, over a colour. */
const round = (id: string, colour: string): string => `
  <linearGradient id="${id}"><stop offset="0" stop-color="white" stop-opacity=".25"/><stop offset=".25" stop-color="white"
  stop-opacity=".45"/><stop offset=".6" stop-color="black" stop-opacity=".05"/><stop offset="1" stop-color="black"
  stop-opacity=".5"/></linearGradient><linearGradient id="${id}-base"><stop stop-color="${colour}"/></linearGradient>`;
const shaded = (id: string, shape: string): string =>
  `<g fill="url(#${id}-base)">${shape}</g><g fill="url(#${id})">${shape}</g>`;

const drawings = {
  mug: `<svg xmlns="http://www.w3.org/2000/svg" width="260" height="220"><defs>${round('a', '#b5372c')}</defs>
    <path d="M185 60 C250 50 262 150 180 165" fill="none" stroke="#8d2a22" stroke-width="20"/>
    <path d="M185 60 C246 52 254 146 180 161" fill="none" stroke="#d0665c" stroke-width="6"/>
    ${shaded('a', '<path d="M10 30 L200 30 L190 185 Q105 225 20 185 Z"/>')}
    <ellipse cx="105" cy="30" rx="95" ry="22" fill="#d8d0c4"/><ellipse cx="105" cy="33" rx="84" ry="16" fill="#3b2216"/></svg>`,
  microphone: `<svg xmlns="http://www.w3.org/2000/svg" width="120" height="360"><defs>${round('b', '#26262a')}${round('c', '#777b80')}
    <pattern id="mesh" width="6" height="6" patternUnits="userSpaceOnUse"><path d="M0 0 L6 6 M6 0 L0 6" stroke="#222" stroke-width="1.2"/></pattern></defs>
    ${shaded('b', '<path d="M35 118 L85 118 L74 352 Q60 360 46 352 Z"/>')}
    ${shaded('c', '<ellipse cx="60" cy="60" rx="56" ry="58"/>')}<ellipse cx="60" cy="60" rx="56" ry="58" fill="url(#mesh)"/>
    ${shaded('c', '<rect x="26" y="108" width="68" height="14" rx="5"/>')}</svg>`,
  telephone: `<svg xmlns="http://www.w3.org/2000/svg" width="150" height="300"><defs>${round('d', '#34383f')}</defs>
    <rect width="150" height="300" rx="22" fill="#0d0e10"/>${shaded('d', '<rect x="3" y="3" width="144" height="294" rx="20"/>')}
    <rect x="14" y="14" width="48" height="52" rx="12" fill="#17191c"/><circle cx="29" cy="30" r="10" fill="#05070c"/>
    <circle cx="27" cy="28" r="3" fill="#6f86b8"/><circle cx="47" cy="49" r="10" fill="#05070c"/><circle cx="45" cy="47" r="3" fill="#6f86b8"/></svg>`,
};

mkdirSync(folder, { recursive: true });
for (const [name, svg] of Object.entries(drawings)) {
  await sharp(Buffer.from(svg))
    .png()
    .toFile(join(folder, `${name}.png`));
}

/** A machine for set-up: a PATH with stand-ins for pip, uv and the compiler, a cache and tiny wheels of its own. */
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';
import { onTestFinished } from 'vitest';
import type { Build, Progress } from '../runtime/index.mjs';

export const silent: Progress = { say: () => {}, task: () => ({ update: () => {}, end: () => {} }) };

type Tool = 'python3' | 'uv' | 'g++' | 'nvidia-smi';

/** Each notes its call; while a file of its name with .hang is there, it notes .reached and stands still. */
const TOOLS: Record<Tool, string> = {
  python3: `case "$*" in
  *--version*) echo pip 23; exit 0 ;;
  *" download "*) note; while [ $# -gt 1 ]; do [ "$1" = --dest ] && dest=$2; shift; done; cp "$FAKE/index/"*.whl "$dest" ;;
esac`,
  uv: `note; while [ $# -gt 1 ]; do [ "$1" = --target ] && target=$2; shift; done; mkdir -p "$target"; cp -r "$FAKE/tree/." "$target"`,
  'g++': `note; while [ $# -gt 0 ]; do [ "$1" = -o ] && echo compiled > "$2"; shift; done`,
  'nvidia-smi': 'exit 0',
};

/** Any compiled addon loads as an empty one. */
const LOADER = `require('node:module')._extensions['.node'] = () => {};`;

export interface FakeMachine {
  readonly env: NodeJS.ProcessEnv;
  readonly cache: string;
  add(tool: Tool): void;
  remove(tool: Tool): void;
  /** How often a tool has worked: downloads of pip, runs of the compiler. */
  calls(tool: Tool): number;
  hang(tool: Tool): void;
  unhang(tool: Tool): void;
  isReached(tool: Tool): boolean;
  /** Puts a wheel into the index, and its content into what uv unpacks; gives its pin. */
  offer(file: string, members: Record<string, string>): Build['wheels'][number];
}

/** Call it in a test: the machine is gone when that ends. */
export function createFakeMachine(...tools: Tool[]): FakeMachine {
  const root = mkdtempSync(join(tmpdir(), 'fsg-machine-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const place = (...parts: string[]): string => join(root, ...parts);
  for (const folder of ['bin', 'index', 'tree']) mkdirSync(place(folder));
  writeFileSync(place('loader.cjs'), LOADER);
  const machine: FakeMachine = {
    env: {
      PATH: place('bin'),
      HOME: root,
      FSG_CACHE: place('cache'),
      FAKE: root,
      NODE_OPTIONS: `--require ${place('loader.cjs')}`,
    },
    cache: place('cache'),
    add(tool) {
      const note = `note() { echo call >> "$FAKE/${tool}.calls"; [ -e "$FAKE/${tool}.hang" ] && { touch "$FAKE/${tool}.reached"; exec sleep 20; }; true; }`;
      writeFileSync(place('bin', tool), `#!/bin/sh\nPATH=/usr/bin:/bin\n${note}\n${TOOLS[tool]}\n`);
      chmodSync(place('bin', tool), 0o755);
    },
    remove: (tool) => rmSync(place('bin', tool)),
    calls(tool) {
      const file = place(`${tool}.calls`);
      return existsSync(file) ? readFileSync(file, 'utf8').split('\n').length - 1 : 0;
    },
    hang: (tool) => writeFileSync(place(`${tool}.hang`), ''),
    unhang: (tool) => rmSync(place(`${tool}.hang`)),
    isReached: (tool) => existsSync(place(`${tool}.reached`)),
    offer(file, members) {
      const wheel = zip(members);
      writeFileSync(place('index', file), wheel);
      for (const [name, content] of Object.entries(members)) {
        mkdirSync(join(place('tree', name), '..'), { recursive: true });
        writeFileSync(place('tree', name), content);
      }
      return { file, size: wheel.length, sha256: createHash('sha256').update(wheel).digest('hex') };
    },
  };
  for (const tool of tools) machine.add(tool);
  return machine;
}

/** A zip file with each member deflated. */
function zip(members: Record<string, string>): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of Object.entries(members)) {
    const data = Buffer.from(content);
    const packed = deflateRawSync(data);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(8, 4);
    fields.writeUInt32LE(crc32(data), 10);
    fields.writeUInt32LE(packed.length, 14);
    fields.writeUInt32LE(data.length, 18);
    fields.writeUInt16LE(Buffer.byteLength(name), 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), fields, Buffer.from(name), packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    directory.push(
      Buffer.concat([Buffer.from('PK\x01\x02\x14\x00', 'latin1'), fields, tail, Buffer.from(name)]),
    );
    parts.push(local);
    offset += local.length;
  }
  const listing = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(directory.length, 4);
  end.writeUInt16LE(directory.length, 6);
  end.writeUInt32LE(listing.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...parts, listing, Buffer.from('PK\x05\x06', 'latin1'), end]);
}

import { spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';

/** The full path of a program, or null where PATH does not have it. */
export function findProgram(name, env) {
  const candidates = isAbsolute(name)
    ? [name]
    : (env.PATH ?? '')
        .split(delimiter)
        .filter(Boolean)
        .map((d) => join(d, name));
  return candidates.find(isProgram) ?? null;
}

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/**
 * Runs a program to its end and gives what it printed. Never rejects: a program that cannot be started has `code` null.
 * `started` is called with its process id, `said` with each piece of text on its standard error.
 */
export function run(command, args, { env, cwd, started, said, timeout } = {}) {
  return new Promise((done) => {
    const child = spawn(command, args, { env, cwd, timeout, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let errors = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      errors += text;
      said?.(text);
    });
    child.on('spawn', () => started?.(child.pid));
    child.on('error', (error) => done({ code: null, signal: null, output, errors: error.message }));
    child.on('close', (code, signal) => done({ code, signal, output, errors }));
  });
}

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeFolder } from './folder.mjs';
import { findProgram } from './process.mjs';

/** Why a build of TensorFlow cannot be set up here, in one line: what, why, how to get it. */
export class SetUpProblem extends Error {
  name = 'SetUpProblem';
  /** True where the same attempt may succeed later with nothing changed here (the network). */
  passing;

  constructor(message, { passing = false } = {}) {
    super(message);
    this.passing = passing;
  }
}

const TOOLS = ['python3', 'python', 'pip3', 'pip', 'uv', 'g++', 'clang++', 'c++'];
const PASSING_PROBLEM_MS = 60 * 60 * 1000;

/** Changes when a tool that set-up needs comes, goes or moves, or when the pins do. */
function circumstances(build, env) {
  const tools = TOOLS.map((name) => findProgram(name, env));
  return createHash('sha256')
    .update(JSON.stringify([build, tools, env.CXX]))
    .digest('hex');
}

/** The problem met at an earlier set-up of this build, if trying again would meet it too; else null. */
export function rememberedProblem(file, build, env, now = Date.now()) {
  const known = readProblems(file)[build.name];
  if (!known || known.circumstances !== circumstances(build, env)) return null;
  if (known.passing && now - known.at > PASSING_PROBLEM_MS) return null;
  return known.message;
}

export async function rememberProblem(file, build, env, problem) {
  const { message, passing } = problem;
  const known = { message, passing, at: Date.now(), circumstances: circumstances(build, env) };
  await makeFolder(dirname(file));
  const aside = `${file}.${process.pid}`;
  await writeFile(aside, JSON.stringify({ ...readProblems(file), [build.name]: known }, null, 2));
  await rename(aside, file);
}

function readProblems(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return {};
  }
}

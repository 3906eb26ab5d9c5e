/** The entry point: hands the process to the commands and turns what they throw into one line and an exit code. */
import { Console } from 'node:console';
import { CommanderError } from 'commander';
import { createProgram, UsageError } from './program.ts';
import { type Host, Shell } from './shell.ts';

async function run(host: Host): Promise<number> {
  const shell = new Shell(host);
  const program = createProgram(shell);
  try {
    await program.parseAsync(host.argv, { from: 'user' });
    return shell.stopped ?? shell.exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode;
    if (shell.stopped && (error as Error).name === 'AbortError') return shell.stopped;
    const { message, exitCode } = await describe(error);
    const debug = host.argv.includes('--debug');
    const text = debug && error instanceof Error ? (error.stack ?? message) : message;
    host.stderr.write(`error: ${text}\n`);
    return exitCode;
  }
}

/** One line for people; a mistake of theirs says what to do, anything else how to see more. */
async function describe(error: unknown): Promise<{ message: string; exitCode: number }> {
  if (error instanceof UsageError) {
    const { usageProblem } = await import('./usage.ts');
    return usageProblem(error.problem, error.command);
  }
  const { fileProblem } = await import('@fsg/runs');
  const { syscall, path } = error as NodeJS.ErrnoException;
  const known = path === undefined ? error : fileProblem(error, `cannot ${syscall} ${path}`);
  const { name, message } = known instanceof Error ? known : new Error(String(known));
  const line = message.replace(/\s*\n\s*/g, ' ');
  if (name === 'UserError')
    return { message: line, exitCode: (known as { exitCode?: number }).exitCode ?? 1 };
  return { message: `${name}: ${line}; run again with --debug for the stack`, exitCode: 1 };
}

const { stdout, stderr } = process;
// What libraries print must not get into an answer on stdout.
globalThis.console = new Console(stderr);
stdout.on('error', (error: NodeJS.ErrnoException) => {
  // The reader has seen enough, as `head` does.
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});
const code = await run({
  argv: process.argv.slice(2),
  env: process.env,
  cwd: process.cwd(),
  stdout,
  stderr,
  signals: process,
});
await Promise.all([stdout, stderr].map((stream) => new Promise((resolve) => stream.write('', resolve))));
process.exit(code);

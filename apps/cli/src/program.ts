import { readFileSync } from 'node:fs';
import { Command, type CommanderError } from 'commander';
import { register as registerData } from './commands/data.ts';
import { register as registerDemo } from './commands/demo.ts';
import { register as registerDoctor } from './commands/doctor.ts';
import { register as registerEval } from './commands/eval.ts';
import { register as registerModels } from './commands/models.ts';
import { register as registerParity } from './commands/parity.ts';
import { register as registerReport } from './commands/report.ts';
import { register as registerRestore } from './commands/restore.ts';
import { register as registerRuns } from './commands/runs.ts';
import { register as registerSetup } from './commands/setup.ts';
import { register as registerSynth } from './commands/synth.ts';
import { register as registerTables } from './commands/tables.ts';
import { register as registerTrain } from './commands/train.ts';
import { register as registerWeights } from './commands/weights.ts';
import type { Shell } from './shell.ts';

const COMMANDS = [
  registerDoctor,
  registerSetup,
  registerDemo,
  registerModels,
  registerSynth,
  registerData,
  registerTrain,
  registerEval,
  registerTables,
  registerRestore,
  registerReport,
  registerParity,
  registerWeights,
  registerRuns,
];

const NOTES = `
RECIPE is a YAML file; key.sub=value after it overrides one of its values.
Exit codes: 0 done, 1 failed, 2 wrong use or recipe, 130 and 143 stopped by Ctrl-C and SIGTERM.`;

function version(): string {
  const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}

/** `fsg` with all its commands; each loads what it needs when it is run. */
export function createProgram(shell: Shell): Command {
  const { stdout, stderr } = shell.host;
  const program = new Command('fsg')
    .description('Face de-occlusion experiments: FSG-GAN trained, measured and looked at')
    .version(version(), '--version', "this project's version")
    .option('--json', 'answer in JSON on stdout; everything else goes to stderr')
    .option('--quiet', 'no progress, only warnings')
    .option('--debug', 'show the stack of an error')
    .option('--runs <folder>', 'where runs lie (default: $FSG_RUNS, else runs)')
    .addHelpText('after', NOTES)
    .configureHelp({ showGlobalOptions: true })
    .showSuggestionAfterError(false)
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      outputError: () => {},
    });
  for (const register of COMMANDS) register(program, shell);
  explainErrors(program);
  return program;
}

const OK = ['commander.helpDisplayed', 'commander.version'];
/** Shown where a command is missing: commander has printed the help to stderr. */
const HELP = 'commander.help';

/** Wrong use of a command is thrown in place of commander's own end of the process. */
function explainErrors(command: Command): void {
  command.exitOverride((error: CommanderError) => {
    if (OK.includes(error.code)) throw error;
    if (error.code === HELP) throw Object.assign(error, { exitCode: 2 });
    throw new UsageError(error, command);
  });
  for (const sub of command.commands) explainErrors(sub);
}

/** Told in full by usage.ts, which is loaded only where it is needed. */
export class UsageError extends Error {
  readonly problem: CommanderError;
  readonly command: Command;

  constructor(problem: CommanderError, command: Command) {
    super(problem.message);
    this.problem = problem;
    this.command = command;
  }
}

/** What commander finds wrong with the arguments, as one line that names what was probably meant. */
import { nearest, UserError } from '@fsg/runs';
import type { Command, CommanderError } from 'commander';

export function usageProblem({ code, message }: CommanderError, command: Command): UserError {
  const name = /'([^']*)'/.exec(message)?.[1] ?? '';
  const path = pathOf(command);
  const see = `see ${path} --help`;
  if (code === 'commander.unknownCommand') {
    const near = nearest(
      name,
      command.commands.map((one) => one.name()),
    );
    return new UserError(`unknown command ${name}; nearest: ${near}; ${see}`, 2);
  }
  if (code === 'commander.unknownOption') {
    const near = nearest(name, optionsOf(command));
    return new UserError(`unknown option ${name}; nearest: ${near}; ${see}`, 2);
  }
  return new UserError(
    `${message.replace(/^error: /, '').replaceAll('\n', ' ')}; usage: ${path} ${command.usage()}`,
    2,
  );
}

function optionsOf(command: Command): string[] {
  const own = command.options.flatMap(({ long, short }) => [long, short].filter((flag) => flag != null));
  return command.parent ? [...own, ...optionsOf(command.parent)] : [...own, '--help'];
}

function pathOf(command: Command): string {
  return command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name();
}

/** A mistake that its reader can mend: one line that says what was found, what was expected and what to do. */
export class UserError extends Error {
  override readonly name = 'UserError';
  /** 2: usage or config; 1: everything else. */
  readonly exitCode: 1 | 2;

  constructor(message: string, exitCode: 1 | 2 = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'no permission; change the permissions or choose another place',
  EPERM: 'not permitted; change the permissions or choose another place',
  EROFS: 'the file system is read-only; choose another place',
  ENOSPC: 'the disk is full; free some space',
  EDQUOT: 'the disk quota is used up; free some space',
  ENOENT: 'no such file or folder',
  ENOTDIR: 'a file stands where a folder should be',
  EISDIR: 'a folder stands where a file should be',
  EEXIST: 'it exists already',
  EMFILE: 'too many files are open; raise the limit with ulimit -n',
  EIO: 'the disk reports an error',
};

/** The `code` of a file-system error, if it is one. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
}

/** A file-system error as one clear line, `doing` being such as "cannot write runs/x"; any other error unchanged. */
export function fileProblem(error: unknown, doing: string): unknown {
  const code = errorCode(error);
  const reason = code && REASONS[code];
  return reason ? new UserError(`${doing}: ${reason} (${code})`) : error;
}

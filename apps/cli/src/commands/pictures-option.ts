/** `--pictures NAME=FOLDER`, which may stand several times. */
export const PICTURES_HELP =
  'what another program made of the test images (fsg eval --save writes them), as a row; may stand several times';

export const several = (text: string, others: readonly string[] = []): string[] => [...others, text];

/** The code of an error of the system or of Node, ENOENT say; `unknown` where it has none. Its message may hold anything. */
export const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown';

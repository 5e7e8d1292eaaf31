/** What a command's exit status says. Part of the command line's interface: scripts rely on it. */
export const exits = {
  /** All that was asked for is done. */
  done: 0,
  /** Some of it failed. */
  failed: 1,
  /** The command line is not right; nothing was done. */
  usage: 2,
  /** Nothing more happens until a person decides something. */
  person: 3,
  /** Ctrl-C, or an end asked for from outside. What was under way goes on at the next start. */
  interrupted: 130,
} as const;

/** The command line asks for something that cannot be: the message says what, and what to give instead. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}

/** Ctrl-C at a question. */
export class InterruptedError extends Error {
  constructor() {
    super('interrupted');
    this.name = 'InterruptedError';
  }
}

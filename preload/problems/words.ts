/** How a problem is put into words, in three parts, and what the words of several areas say alike. */

/** What a person can be offered beside the words. The host decides how a button, or a command, does it. */
export type ProblemAction =
  | 'retry'
  | 'resume'
  | 'sign-in'
  | 'send-new'
  | 'choose-file'
  | 'other-server'
  | 'rename'
  | 'drop'
  | 'test-server'
  | 'trust-certificate'
  | 'start-app'
  | 'free-space';

export type Words = {
  /** What happened: one sentence. */
  readonly happened: string;
  /** What it means for the file, or for what the person has. */
  readonly means: string;
  /** What the person can do; empty where nothing is needed. */
  readonly todo: string;
  readonly action?: ProblemAction;
};

/** The problems of one area: code → words. */
export type ProblemArea = Readonly<Record<string, (p: never) => Words>>;

export const words = (happened: string, means: string, todo = '', action?: ProblemAction): Words =>
  action === undefined ? { happened, means, todo } : { happened, means, todo, action };

export const nothingSent = 'Nothing was sent.';
/** Holds of transfers only: whoever tries a server once says something else. */
export const goesOn = 'It resumes automatically.';

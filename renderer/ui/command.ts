import type { IconName } from './icon-names.ts';

/** Something that a person can do, by its name: an entry of a menu, a button, a line of the list of all commands. */
export type Command = {
  readonly label: string;
  readonly icon?: IconName;
  /** What it is about, where its name alone does not say. */
  readonly about?: string;
  /** Its shortcut, as `keyName` takes it: `Mod F`. */
  readonly keys?: string;
  readonly danger?: boolean;
  readonly disabled?: boolean;
  readonly act: () => void;
};

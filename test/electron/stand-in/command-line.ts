import type { CommandLine as ElectronCommandLine } from 'electron';
import { lifecycle } from './lifecycle.ts';
import { Strict } from './strict.ts';
import { held } from './types.ts';

const switches = new Map<string, string>();

/** Chromium's switches that a spec or a start script gives the app; the app itself sees them in `process.argv` too. */
const passed = new Set(['lang', 'force-device-scale-factor', 'force-dark-mode', 'js-flags']);

class CommandLine extends Strict {
  constructor() {
    super('commandLine');
    for (const word of process.argv.slice(2)) {
      const [, name, value = ''] = /^--([a-z][a-z0-9-]*)(?:=(.*))?$/s.exec(word) ?? [];
      if (name !== undefined) switches.set(name, value);
    }
  }

  appendSwitch(the_switch: string, value?: string): void {
    if (lifecycle.ready) throw new Error('commandLine.appendSwitch has no effect after app is ready');
    switches.set(the_switch, value ?? '');
  }

  removeSwitch(the_switch: string): void {
    switches.delete(the_switch);
  }

  hasSwitch(the_switch: string): boolean {
    return switches.has(the_switch);
  }

  getSwitchValue(the_switch: string): string {
    return switches.get(the_switch) ?? '';
  }
}

held<CommandLine, ElectronCommandLine>();

export const commandLine = new CommandLine();

export const chromiumSwitches = (): readonly string[] =>
  [...switches]
    .filter(([name]) => passed.has(name))
    .map(([name, value]) => (value === '' ? `--${name}` : `--${name}=${value}`));

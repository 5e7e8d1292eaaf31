/** What the owner of a profile writes to its log, beside what the engine writes. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { ContractError } from '../../preload/contract.ts';
import type { Engine } from '../engine/engine.ts';
import { faults } from '../engine/faults.ts';
import { logLevels, type LogEntry, type LogLevel } from '../engine/log.ts';
import { faultText } from '../log/fault-text.ts';
import type { LogFile } from '../log/log-file.ts';
import { version } from '../version.ts';

/** The level that the environment asks for: it wins over the setting, where it is one. */
export const levelInEnv = (env: Readonly<Record<string, string | undefined>>): LogLevel | undefined =>
  logLevels.find((level) => level === env['STEVEDORE_LOG']);

type Start = Extract<LogEntry, { readonly event: 'start' }>;

const startEntry = (how: Start['how']): Start => ({
  event: 'start',
  how,
  version,
  node: process.versions.node,
  electron: process.versions['electron'],
  platform: `${process.platform} ${process.arch}`,
  pid: process.pid,
});

/** Writes down why the profile could not be opened, and ends the log. */
export const logStartFailure = (log: LogFile, how: Start['how'], error: unknown): void => {
  log.write(startEntry(how));
  log.write(
    error instanceof ContractError
      ? { event: 'start-failed', problem: error.problem.code }
      : { event: 'error', error: faultText(error) },
  );
  log.close();
};

/**
 * Has the log follow an engine: its start and notices, the queue's stops, and every error that nobody expected. The level is
 * that of the environment, else of the settings. Returns the end of it, which writes that the process leaves the profile.
 */
export const followEngine = (log: LogFile, engine: Engine, how: Start['how']): ((at: 'chunk' | 'now') => void) => {
  const { queue, settings, store } = engine;
  const fixed = levelInEnv(process.env);
  const setLevel = (): void => log.setLevel(fixed ?? settings.get().logLevel);
  setLevel();
  const onFault = (error: unknown): void => log.write({ event: 'error', error: faultText(error) });
  subscribe(faults.name, onFault);
  log.write(startEntry(how));
  for (const { code } of engine.notices()) log.write({ event: 'notice', problem: code });
  store.onNotice(({ code }) => log.write({ event: 'notice', problem: code }));
  const stopSettings = settings.onChange(setLevel);
  let last = queue.status;
  const stopQueue = queue.onChange(() => {
    const now = queue.status;
    if (now.running === last.running && now.problem === last.problem) return;
    last = now;
    log.write({ event: 'queue', running: now.running, problem: now.problem?.code });
  });
  engine.onLost((reason) => log.write({ event: 'lost', problem: reason.code }));
  return (at) => {
    unsubscribe(faults.name, onFault);
    stopSettings();
    stopQueue();
    log.write({ event: 'end', at });
    log.close();
  };
};

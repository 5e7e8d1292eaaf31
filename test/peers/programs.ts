import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { ChildNews, ChildOrder } from './child.ts';

/** So long a program may take to end what it was, ms; then it is killed. */
const patience = 500;
const program = fileURLToPath(new URL('program.ts', import.meta.url));
/** Idle programs of a kind that are kept. */
const kept = 2;

const idle = new Map<string, ChildProcess[]>();

/**
 * A process that runs a stand-in's program and waits to be started as one: one that was left, or a new one. Loading a
 * program takes longer than most tests of it.
 */
export function takeProgram(kind: string): ChildProcess {
  const left = idle.get(kind) ?? [];
  for (let child = left.pop(); child; child = left.pop())
    if (child.connected && child.exitCode === null && child.signalCode === null) {
      child.ref();
      child.channel?.ref();
      return child;
    }
  return spawn(process.execPath, [program, kind], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    serialization: 'advanced',
  });
}

/** Makes a process leave what it was started as, so that nobody hears of it any more. One that does not is killed. */
export async function leaveProgram(kind: string, child: ChildProcess): Promise<void> {
  child.removeAllListeners('message').removeAllListeners('exit');
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<'gone'>((resolve) => void child.once('exit', () => resolve('gone')));
  if ((idle.get(kind)?.length ?? 0) < kept && (await Promise.race([leave(child), gone])) === 'left') {
    child.removeAllListeners('message').removeAllListeners('exit');
    // It must not keep a process of tests that is at its end.
    child.unref();
    child.channel?.unref();
    idle.set(kind, [...(idle.get(kind) ?? []), child]);
    return;
  }
  child.kill('SIGKILL');
  await gone;
}

async function leave(child: ChildProcess): Promise<'left' | 'late'> {
  if (!child.connected) return 'late';
  const left = new Promise<'left'>((resolve) => {
    child.on('message', (news: ChildNews) => {
      if (news.is === 'left') resolve('left');
    });
  });
  // it may have ended at this moment: then its exit tells
  child.send({ do: 'leave' } satisfies ChildOrder, () => {});
  return Promise.race([left, sleep(patience, 'late' as const, { ref: false })]);
}

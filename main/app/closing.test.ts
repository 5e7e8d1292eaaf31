import { describe, expect, it, test } from 'vitest';
import {
  allowsBasic,
  basicQuestion,
  closeAnswer,
  closeQuestion,
  deadQuestion,
  onClose,
  opensAgain,
  quitQuestion,
  quits,
  stopUntil,
} from './closing.ts';
import { waitingItems, waitingLine } from './tray.ts';

test('closing does what the person chose, whatever is under way', () => {
  for (const underWay of [0, 3]) {
    expect(onClose(true, underWay, 'linux')).toBe('hide');
    expect(onClose(false, underWay, 'darwin')).toBe('quit');
  }
});

test('closing asks only where something is under way and nothing was chosen', () => {
  expect(onClose(null, 2, 'win32')).toBe('ask');
  expect(onClose(null, 0, 'linux')).toBe('quit');
  expect(onClose(null, 2, 'darwin')).toBe('hide');
});

test('an answer is remembered only where the person wants that', () => {
  expect(closeAnswer({ button: 0, checked: false })).toEqual({ does: 'hide' });
  expect(closeAnswer({ button: 0, checked: true })).toEqual({ does: 'hide', closeToTray: true });
  expect(closeAnswer({ button: 1, checked: true })).toEqual({ does: 'quit', closeToTray: false });
  expect(closeAnswer({ button: closeQuestion(1).cancelId, checked: true })).toEqual({ does: 'nothing' });
});

test('quitting says what happens to the uploads, and Escape keeps running', () => {
  const two = quitQuestion(2);
  expect(`${two.message} ${two.detail}`).toBe(
    '2 uploads are under way. They go on at the next start where they stopped.',
  );
  const one = quitQuestion(1);
  expect(`${one.message} ${one.detail}`).toBe('1 upload is under way. It goes on at the next start where it stopped.');
  expect(quits({ button: 0, checked: false })).toBe(true);
  expect(quits({ button: two.cancelId, checked: false })).toBe(false);
});

test('quitting says which servers it waits for', () => {
  expect(quitQuestion(1, ['Hafen']).detail).toContain(
    'Stevedore hides and quits when Hafen has stored the current chunk.',
  );
});

test('the tray of an app that was quit says what it waits for, what ending now costs, and ends it', () => {
  const items = waitingItems(['Hafen']);
  expect(items.map((item) => ('label' in item ? item.label : ''))).toEqual([
    'Quitting when Hafen has stored the current chunk',
    'If you quit now, a file may start over or lose its delete key',
    '',
    'Quit now',
  ]);
  expect(items.at(-1)).toMatchObject({ command: { does: 'quit-now' }, enabled: true });
  expect(waitingLine(['Hafen', 'Kai'])).toBe('Quitting when 2 servers have stored their current chunks');
});

test('a password is kept unprotected only by a clear yes', () => {
  expect(allowsBasic({ button: 0, checked: false })).toBe(true);
  expect(allowsBasic({ button: basicQuestion().cancelId, checked: false })).toBe(false);
  expect(basicQuestion().defaultId).toBe(basicQuestion().cancelId);
});

test('a window that keeps dying is opened again by a click, and hidden by Escape', () => {
  expect(opensAgain({ button: deadQuestion().defaultId, checked: false })).toBe(true);
  expect(opensAgain({ button: deadQuestion().cancelId, checked: false })).toBe(false);
});

describe('ending', () => {
  const stopping = (chunk: Promise<void>) => {
    const stops: string[] = [];
    const stop = (at: 'chunk' | 'now'): Promise<void> => {
      stops.push(at);
      return at === 'chunk' ? chunk : new Promise(() => undefined);
    };
    return { stops, stop };
  };

  it('cuts nothing where sending ends in time', async () => {
    const { stops, stop } = stopping(Promise.resolve());
    await stopUntil(stop, [new Promise(() => undefined)]);
    expect(stops).toEqual(['chunk']);
  });

  it('at once waits for nothing, not even for what is cut to close', async () => {
    const { stops, stop } = stopping(new Promise(() => undefined));
    await stopUntil(stop, [Promise.resolve()]);
    expect(stops).toEqual(['chunk', 'now']);
  });
});

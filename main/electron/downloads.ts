/** Files that the window saves: the system asks where to, and the window shows how it ended. */
import type { Session } from 'electron';
import { problemView } from '../../preload/problem-view.ts';
import { problem } from '../../preload/problems.ts';
import type { Tell } from '../app/outbox.ts';

/** Holds for every file that pages of a session save from now on. A dialog that the user closes is no end to show. */
export const followDownloads = (own: Session, tell: Tell): void => {
  own.on('will-download', (_event, item) => {
    item.once('done', (_done, state) => {
      const path = item.getSavePath() || item.getFilename();
      if (state === 'completed') tell('saved', { path });
      if (state !== 'interrupted') return;
      tell('notice', { problem: problemView(problem('file-not-saved', { path })) });
    });
  });
};

import { bytes, time } from '../format.ts';
import { words, type ProblemArea } from './words.ts';

/** The course of an upload, and its end. */
export const uploadProblems = {
  'cut-spoilt': (p: { server: string }) =>
    words(
      `The upload was interrupted while ${p.server} received a chunk, and it may have kept a part of it.`,
      'The file starts over automatically.',
      'To prevent this, its administrator can put nginx with proxy_ignore_client_abort on in front of it.',
    ),
  'chunk-being-stored': (p: { server: string }) =>
    words(
      `The upload was interrupted before ${p.server} confirmed a chunk that it may still be storing.`,
      'Progress is saved. The upload resumes automatically when the chunk is stored.',
    ),
  'chunk-not-stored': (p: { server: string; minutes: number }) =>
    words(
      `${p.server} did not store a chunk within ${p.minutes} minutes after an interruption.`,
      'The file starts over automatically.',
    ),
  'session-gone': (p: { server: string }) =>
    words(`${p.server} no longer knows this upload.`, 'The file starts anew. Nothing is needed.'),
  'lost-often': (p: { server: string; times: number }) =>
    words(
      `${p.server} lost this upload ${p.times} times.`,
      'It is tried again, with longer waits between.',
      'Its disk may be full, or the connection too weak: ask its administrator, or use another server.',
      'other-server',
    ),
  'verify-length': (p: { server: string; stored: number; size: number }) =>
    words(
      `${p.server} stored ${bytes(p.stored)} of a file of ${bytes(p.size)}.`,
      'It was not called done. It is removed there and starts anew.',
    ),
  'verify-failed': (p: { server: string; tries: number }) =>
    words(
      `${p.server} stored the file wrongly ${p.tries} times.`,
      'It was not called done, and what it stored was removed.',
      'Tell its administrator, or use another server.',
      'other-server',
    ),
  'not-completed': (p: { server: string; words: string }) =>
    words(
      `${p.server} took every chunk, and made no file of them${p.words === '' ? '' : ` (${p.words})`}.`,
      'It was not called done. What is there is removed, and the file starts anew.',
    ),
  'never-completed': (p: { server: string; words: string; tries: number }) =>
    words(
      `${p.server} could not complete the file in ${p.tries} tries${p.words === '' ? '' : ` (${p.words})`}.`,
      'The file is not stored there.',
      'Ask its administrator to check the site’s address and storage, or use another server.',
      'other-server',
    ),
  'upload-key-lost': (p: { server: string }) =>
    words(
      `The key by which this file was encrypted for ${p.server} is lost: it is told only once.`,
      'What was sent is removed there, and the file starts anew. Nothing is needed.',
    ),
  'delete-key-lost': (p: { server: string }) =>
    words(
      `The upload was interrupted before ${p.server} answered the last chunk, and that answer had the delete key.`,
      'The file is uploaded and complete, but it cannot be deleted before it expires.',
    ),
  'outcome-unknown': (p: { server: string }) =>
    words(
      `${p.server} did not tell how it ended.`,
      'The file may be there, or not.',
      'Look at the server, or send it again.',
      'retry',
    ),
  'decision-unavailable': (p: { decision: string; possible: string }) =>
    words(
      `The decision ${JSON.stringify(p.decision)} is not available for this upload now.`,
      'Nothing was changed.',
      p.possible === '' ? '' : `Available: ${p.possible}.`,
    ),
  'decision-needs': (p: { decision: string; needs: string }) =>
    words(
      `The decision ${JSON.stringify(p.decision)} needs a value (${p.needs}).`,
      'Nothing was changed.',
      'Give it, then decide again.',
    ),
  'marked-uploaded': (p: { server: string }) =>
    words(`You marked this file as uploaded to ${p.server}.`, 'Stevedore did not verify it there.'),
  'left-on-server': (p: { server: string; until: number }) =>
    words(`What ${p.server} has of it could not be removed.`, `The server removes it by ${time(p.until)}.`),
  freed: (p: { server: string }) => words(`Cancelled, and freed on ${p.server}.`, 'Nothing of it is left there.'),
  'freed-later': (p: { server: string }) =>
    words(`${p.server} cannot be asked now.`, 'What it has of the file is removed there as soon as it answers.'),
  'doubt-left': (p: { server: string }) =>
    words(
      `${p.server} cannot be asked now what it made of the upload that was cancelled.`,
      'It may keep the name and the room of an unfinished one.',
      'Send the file again, or look there for what broken uploads left.',
    ),
  'front-buffers': (p: { server: string }) =>
    words(
      `nginx in front of ${p.server} buffers requests.`,
      'Most interrupted uploads resume. A file starts over if the interruption comes while nginx passes a chunk on.',
      'To prevent that, set proxy_ignore_client_abort on in nginx, then turn on that option for this server.',
    ),
  'front-ignores-abort': (p: { server: string }) =>
    words(
      `nginx in front of ${p.server} buffers requests and ignores client aborts, as you set for this server.`,
      'Interrupted uploads resume.',
    ),
  'front-practice': (p: { server: string }) =>
    words(`${p.server} is a practice server.`, 'Interrupted uploads resume.'),
  'front-bare': (p: { server: string }) =>
    words(
      `There is no buffering proxy in front of ${p.server}.`,
      'A file starts over if the interruption comes in the middle of a chunk.',
      'To prevent that, its administrator can put nginx with proxy_ignore_client_abort on in front of it.',
    ),
  'web-address-unknown': (p: { server: string }) =>
    words(
      `${p.server} does not tell the address of its web page.`,
      'Share keys are shown without a link.',
      'To have links, add the server again by the address of its page.',
    ),
} satisfies ProblemArea;

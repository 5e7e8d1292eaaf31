import { bytes, time } from '../format.ts';
import { words, type ProblemArea } from './words.ts';

/** The course of an upload, and its end. */
export const uploadProblems = {
  'cut-spoilt': (p: { server: string }) =>
    words(
      `The break came in the middle of a chunk, and ${p.server} stands bare: it keeps half a chunk.`,
      'The file starts anew, so that it is whole. Nothing is needed.',
      'nginx with its default request buffering before the server cures this.',
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
      'Show this to the administrator: the site’s own address, or its storage, may be set up wrongly.',
      'other-server',
    ),
  'upload-key-lost': (p: { server: string }) =>
    words(
      `The key by which this file was encrypted for ${p.server} is lost: it is told only once.`,
      'What was sent is removed there, and the file starts anew. Nothing is needed.',
    ),
  'delete-key-lost': (p: { server: string }) =>
    words(
      `${p.server} told the delete key in an answer that was lost.`,
      'The file is there and whole; it cannot be removed before it expires.',
    ),
  'outcome-unknown': (p: { server: string }) =>
    words(
      `${p.server} did not tell how it ended.`,
      'The file may be there, or not.',
      'Look at the server, or send it again.',
      'retry',
    ),
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
    words(`${p.server} survives breaks.`, 'What stands before it passes on whole requests only.'),
  'front-bare': (p: { server: string }) =>
    words(
      `${p.server} stands bare.`,
      'A break in the middle of a chunk starts that file anew.',
      'nginx with its default request buffering before the server cures this.',
    ),
  'web-address-unknown': (p: { server: string }) =>
    words(
      `${p.server} does not tell the address of its web page.`,
      'Share keys are shown without a link.',
      'To have links, add the server again by the address of its page.',
    ),
} satisfies ProblemArea;

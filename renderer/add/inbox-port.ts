import type { InboxAnswer, InboxPort } from './inbox-upload.ts';

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // A proxy in between answers with a page of its own.
    return null;
  }
};

const broken: InboxAnswer = { status: 0, body: null };

/** The inbox of the host that this page came from. */
export const inboxPort: InboxPort = {
  announce: async (body, signal) => {
    try {
      const answer = await fetch(new URL('inbox', document.baseURI), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
        signal,
      });
      return { status: answer.status, body: parsed(await answer.text()) };
    } catch {
      return broken;
    }
  },
  // Only this kind of request tells how much of a body has left, and reads the file as it goes.
  put: (way, file, onSent, signal) =>
    new Promise((resolve) => {
      if (signal.aborted) {
        resolve(broken);
        return;
      }
      const request = new XMLHttpRequest();
      const abort = (): void => request.abort();
      request.upload.addEventListener('progress', ({ loaded }) => onSent(Math.min(loaded, file.size)));
      request.addEventListener('loadend', () => {
        signal.removeEventListener('abort', abort);
        resolve({ status: request.status, body: parsed(request.responseText) });
      });
      signal.addEventListener('abort', abort);
      request.open('PUT', new URL(`inbox/${way}`, document.baseURI));
      request.send(file);
    }),
  end: async (token) => {
    // The host gives it up by itself after a while.
    await fetch(new URL(`inbox/${token}`, document.baseURI), { method: 'DELETE', keepalive: true }).catch(
      () => undefined,
    );
  },
  readable: async (file) => {
    try {
      await file.slice(0, 1).arrayBuffer();
      return true;
    } catch {
      return false;
    }
  },
  wait: (ms, signal) =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      signal.addEventListener('abort', () => {
        clearTimeout(timer);
        resolve();
      });
    }),
};

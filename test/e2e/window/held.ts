/** Answers that take their time: what a person does meanwhile is theirs. */
import type { Page } from '@playwright/test';

export type Held = {
  /** What is answered from now on waits. */
  readonly hold: () => void;
  /** Lets it come, and all that follows. */
  readonly release: () => void;
};

/** Loads a browser's page anew, with a hold on what the host answers to one call. What it tells by itself comes through. */
export const answersTo = async (page: Page, call: string): Promise<Held> => {
  const held: (() => void)[] = [];
  let holds = false;
  const read = (message: string | Buffer) =>
    JSON.parse(message.toString()) as { readonly id?: number; readonly call?: string };
  await page.routeWebSocket(/./, (socket) => {
    const host = socket.connectToServer();
    const asked = new Set<number | undefined>();
    socket.onMessage((message) => {
      const { id, call: name } = read(message);
      if (name === call) asked.add(id);
      host.send(message);
    });
    host.onMessage((message) => {
      if (holds && asked.has(read(message).id)) held.push(() => socket.send(message));
      else socket.send(message);
    });
  });
  await page.reload();
  await page.getByRole('heading', { level: 1 }).waitFor();
  return {
    hold: () => (holds = true),
    release: () => {
      holds = false;
      for (const release of held.splice(0)) release();
    },
  };
};

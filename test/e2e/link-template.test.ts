/** How the command line prints links, and where the template of those that are copied is set. */
import { describe, expect, it } from 'vitest';
import { addServer, peer, prepareCommandLine, terminal, write } from './cli-bench.ts';
import { lines } from './cli-process.ts';

prepareCommandLine();

describe('--template', () => {
  it('prints the links of what is done, and nothing else on their lines', async () => {
    await addServer();
    await write('a [b].txt', 2000);
    const { code, out } = await terminal.run('upload', '--template', 'markdown', 'a [b].txt');
    expect(code).toBe(0);
    const link = new RegExp(`^\\[a \\\\\\[b\\\\\\]\\.txt\\]\\(${peer.url}/web/d\\?[^)\\s]+\\)$`, 'm');
    expect(out).toMatch(link);
    await write('c.txt', 2000);
    const own = await terminal.run('upload', '--json', '--template', '{name} ({size}): {link}', 'c.txt');
    const done = lines(own.out).find((line) => line['event'] === 'done');
    expect(done?.['text']).toBe(`c.txt (2 kB): ${String(done?.['link'])}`);
  });

  it('refuses a placeholder that is not known before anything is added', async () => {
    await addServer();
    await write('a.txt', 2000);
    const { code, err } = await terminal.run('upload', '--template', '{link} {nmae}', 'a.txt');
    expect(code).toBe(2);
    expect(err).toContain('{link}, {name}, {size}, and {expires}');
    expect(await terminal.objects('list')).toEqual([]);
  });
});

describe('links that are copied', () => {
  it('have a template in the settings, and a server has its own until it gets the one of the settings again', async () => {
    await addServer();
    expect((await terminal.run('settings', 'template')).out).toContain('plain');
    expect((await terminal.run('settings', 'template', '{nmae}')).code).toBe(2);
    expect((await terminal.run('settings', 'template', 'html')).out).toContain('html');
    const server = async () => (await terminal.objects('server', 'list'))[0];
    expect(
      (await terminal.run('server', 'update', 'nas', '--template', '{name}: {link}', '--copy-links', 'no')).code,
    ).toBe(0);
    expect(await server()).toMatchObject({ linkTemplate: '{name}: {link}', linkToClipboard: false });
    expect((await terminal.run('server', 'update', 'nas', '--template', '{link')).code).toBe(2);
    await terminal.run('server', 'update', 'nas', '--template', 'default', '--copy-links', 'default');
    expect(await server()).not.toHaveProperty('linkTemplate');
    expect(await server()).not.toHaveProperty('linkToClipboard');
  });
});

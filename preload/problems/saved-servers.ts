import { nothingSent, words, type ProblemArea } from './words.ts';

/** Servers that are added, named and removed. */
export const savedServerProblems = {
  'server-unknown': (p: { name: string }) =>
    words(`No server is called ${p.name}.`, 'Nothing was changed.', 'It may have been removed: look at the servers.'),
  'server-none': () => words('No server is saved yet.', nothingSent, 'Add one.'),
  'server-unreadable': (p: { name: string }) =>
    words(
      `What is saved of ${p.name} cannot be read by this Stevedore.`,
      'The upload waits; nothing is lost.',
      'Where a newer Stevedore saved it, update this one; else add the server again under another name.',
    ),
  'server-choice': (p: { names: string }) =>
    words(`Several servers are saved (${p.names}), and none is the default.`, nothingSent, 'Choose one.'),
  'server-name-taken': (p: { name: string }) =>
    words(`A server is called ${p.name} already.`, 'Nothing was changed.', 'Give another name.'),
  'server-in-use': (p: { name: string; count: number }) =>
    words(`${p.count} transfers still need ${p.name}.`, 'Nothing was changed.', 'Cancel or finish them first.'),
  'server-unrecognised': (p: { address: string; tried: string }) =>
    words(
      `No server that Stevedore knows answers at ${p.address}.`,
      `Nothing was saved. ${p.tried}`,
      'Look at the address, or give the one of the API.',
    ),
  'address-invalid': (p: { address: string }) =>
    words(`${p.address} is no web address.`, 'Nothing was saved.', 'Give one that begins with https:// or http://.'),
  'kind-unknown': (p: { kind: string; known: string }) =>
    words(`${p.kind} is no kind of server that Stevedore knows.`, 'Nothing was changed.', `It knows: ${p.known}.`),
} satisfies ProblemArea;

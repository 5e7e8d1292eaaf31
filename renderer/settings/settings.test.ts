import { settingsRow } from '../../test/fakes/settings-row.ts';
import { expect, it } from 'vitest';
import type { SettingsView } from '../../preload/contract.ts';
import { CallError, type Client } from '../client/client.ts';
import { joinRate, readWhole, SettingsForm, splitRate } from './settings.svelte.ts';

const settings = settingsRow({ atOnce: 3 });

const setUp = () => {
  const asked: { readonly answer: (value: SettingsView) => void; readonly refuse: () => void }[] = [];
  const call = (() =>
    new Promise((resolve, reject) => {
      const refuse = () => reject(new CallError({ code: 'disk-full', params: {}, message: 'The disk is full.' }));
      asked.push({ answer: (value) => resolve(value as never), refuse });
    })) as Client['call'];
  const host: { client: { call: Client['call'] }; settings: SettingsView | undefined } = { client: { call }, settings };
  return { host, asked, form: new SettingsForm(host) };
};

it('shows what was asked for at once, and goes back with the reason where it is refused', async () => {
  const { form, asked } = setUp();
  const done = form.set('atOnce', 7);
  expect(form.get('atOnce')).toBe(7);
  asked[0]?.refuse();
  await done;
  expect(form.get('atOnce')).toBe(3);
  expect(form.refusal('atOnce')?.message).toBe('The disk is full.');
  expect(form.refusal('perServer')).toBeUndefined();
  void form.set('atOnce', 4);
  expect(form.refusal('atOnce')).toBeUndefined();
});

it('counts the last of several changes, however their answers come', async () => {
  const { form, asked, host } = setUp();
  const both = Promise.all([form.set('atOnce', 4), form.set('atOnce', 5)]);
  asked[1]?.answer({ ...settings, atOnce: 5 });
  asked[0]?.answer({ ...settings, atOnce: 4 });
  await both;
  expect([form.get('atOnce'), host.settings?.atOnce]).toEqual([5, 5]);
});

it('tells null, which is a choice, from what is not known', () => {
  const { form, host } = setUp();
  host.settings = { ...settings, limitBytesPerSecond: 5000 };
  void form.set('limitBytesPerSecond', null);
  expect(form.get('limitBytesPerSecond')).toBeNull();
});

it('reads speeds and whole numbers as people write them', () => {
  expect(joinRate('1,5', 'MB')).toBe(1_500_000);
  expect(joinRate('1', 'kB')).toBe(1024);
  for (const text of ['', ' ', 'x', '0', '-5', '0.9', '1e300']) expect(joinRate(text, 'kB')).toBeUndefined();
  for (const rate of [1024, 5_000_000, 512_000]) {
    const { amount, unit } = splitRate(rate);
    expect(joinRate(String(amount), unit)).toBe(rate);
  }
  expect(readWhole(' 20 ', 1, 20)).toBe(20);
  for (const text of ['', '0', '21', '2.5', 'x']) expect(readWhole(text, 1, 20)).toBeUndefined();
});

import { describe, expect, it } from 'vitest';
import { baseOf, linkOf, readAddress, readLink } from './address.ts';
import { readWebPage } from './web-page.ts';

describe('an address', () => {
  it.each([
    ['https://a.example', 'https://a.example'],
    ['https://a.example/', 'https://a.example'],
    ['https://a.example///', 'https://a.example'],
    ['  http://a.example:3000/stend/api//  ', 'http://a.example:3000/stend/api'],
    ['https://a.example/instance', 'https://a.example'],
    ['https://a.example/web/index.html?x=1#y', 'https://a.example/web'],
    ['https://a.example/d?clef', 'https://a.example'],
    ['https://a.example/web/d.html?clef', 'https://a.example/web'],
    ['https://a.example/d', 'https://a.example/d'],
    ['https://name:word@a.example/x', 'https://a.example/x'],
  ])('%s has the base %s', (address, base) => {
    expect(baseOf(address)).toBe(base);
  });

  it.each(['', 'a.example', 'ftp://a.example', 'stend://elsewhere?apiUrl=https://a.example', 'javascript:alert(1)'])(
    '%s is none',
    (address) => {
      expect(readAddress(address)).toBeUndefined();
    },
  );

  it('in a deep link names API and page, and the password apart from them', () => {
    const link =
      'stend://settings/configInstance?webUrl=https%3A%2F%2Fweb.example%2F&apiUrl=https%3A%2F%2Fapi.example%2Fx%2F&password=ge%20heim';
    expect(readAddress(link)).toEqual({ base: 'https://api.example/x', web: 'https://web.example' });
    expect(readLink(link)).toEqual({
      address: 'https://api.example/x',
      fields: { web: 'https://web.example' },
      secret: 'ge heim',
    });
    expect(readAddress('stend://settings/configInstance?webUrl=https://web.example&apiUrl=&password=')).toEqual({
      base: 'https://web.example',
      web: 'https://web.example',
    });
    expect(readLink('stend://settings/configInstance?webUrl=https://web.example&password=')).toEqual({
      address: 'https://web.example',
    });
    expect(readLink('https://a.example/?password=x')).toBeUndefined();
  });
});

describe('a share’s link', () => {
  it('has the form that the page asks for', () => {
    expect(linkOf('k1', { webUrl: 'https://w.example/s', showHtmlExtension: false })).toBe('https://w.example/s/d?k1');
    expect(linkOf('k1', { webUrl: 'https://w.example', showHtmlExtension: true })).toBe('https://w.example/d.html?k1');
    expect(linkOf('k1', { showHtmlExtension: true })).toBeUndefined();
  });
});

describe('a share page', () => {
  const web = 'https://web.example/s';

  it.each([
    ['<!DOCTYPE html><html><head apibaseurl="https://api.example/" showhtmlextension="true"><title>', true],
    ["<HTML><HEAD lang=fr\n ApiBaseUrl='https://api.example' showHtmlExtension='false'>", false],
    ['<head data-x="a > b" apibaseurl=https://api.example/>', false],
    ['<html apibaseurl="https://api.example"><head><body>', false],
  ])('%s tells its API', (html, showHtmlExtension) => {
    expect(readWebPage(html, web)).toEqual({ api: 'https://api.example', showHtmlExtension });
  });

  it('may name its API relative to itself, with the prefix kept', () => {
    expect(readWebPage('<head apibaseurl="api/v&amp;w">', web)?.api).toBe('https://web.example/s/api/v&w');
    expect(readWebPage('<head apibaseurl="/api/">', web)?.api).toBe('https://web.example/api');
  });

  it.each([
    '<head><title>none</title></head>',
    '<head apibaseurl="">',
    '<head apibaseurl="mailto:x@y">',
    '<p apibaseurl="https://api.example">',
    '',
  ])('is not read in %s', (html) => {
    expect(readWebPage(html, web)).toBeUndefined();
  });
});

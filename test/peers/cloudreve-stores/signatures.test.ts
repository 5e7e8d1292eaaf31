import { createHash, createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ACCOUNT } from './bench.ts';
import { presignCos } from './signature-cos.ts';
import { OBS, OSS_V1, presignHeader } from './signature-header.ts';

const NOW = 1_700_000_000_000;
const END = NOW + 61_000;
const part = { method: 'PUT', path: '/bucket/a%20b', query: { partNumber: '1', uploadId: 'u' } };
const octets = { 'content-type': 'application/octet-stream' };
const sha1 = (key: string, text: string): Buffer => createHmac('sha1', key).update(text).digest();
const wordsOf = (url: string): URLSearchParams => new URL(url, 'http://h').searchParams;

// The strings below are written out as the providers' documents put them together.
describe('a presigned address', () => {
  it.each([
    [OSS_V1, 'OSSAccessKeyId'],
    [OBS, 'AccessKeyId'],
  ])('of the family of OSS and OBS signs method, type, end and resource', (scheme, name) => {
    const words = wordsOf(presignHeader(scheme, { ...part, headers: octets }, END, NOW));
    const text = 'PUT\n\napplication/octet-stream\n1700000060\n/bucket/a b?partNumber=1&uploadId=u';
    expect(words.get('Signature')).toBe(sha1(ACCOUNT.secretKey, text).toString('base64'));
    expect([words.get(name), words.get('Expires')]).toEqual([ACCOUNT.accessKey, '1700000060']);
  });

  it('of OSS signs the provider’s own headers in their order, and the callback', () => {
    const headers = { 'x-oss-forbid-overwrite': 'true', 'x-oss-complete-all': 'yes', ...octets };
    const query = { uploadId: 'u', callback: 'e30=' };
    const words = wordsOf(presignHeader(OSS_V1, { method: 'POST', path: '/bucket/a', query, headers }, END, NOW));
    const own = 'x-oss-complete-all:yes\nx-oss-forbid-overwrite:true';
    const text = `POST\n\napplication/octet-stream\n1700000060\n${own}\n/bucket/a?callback=e30=&uploadId=u`;
    expect(words.get('Signature')).toBe(sha1(ACCOUNT.secretKey, text).toString('base64'));
  });

  it('of COS signs the listed words and headers with a key for its time', () => {
    const headers = { ...octets, 'content-length': '5' };
    const words = wordsOf(presignCos('h', { ...part, headers }, END, NOW));
    const time = '1700000000;1700000060';
    const listed = 'content-length=5&content-type=application%2Foctet-stream&host=h';
    const request = `put\n/bucket/a b\npartnumber=1&uploadid=u\n${listed}\n`;
    const text = `sha1\n${time}\n${createHash('sha1').update(request).digest('hex')}\n`;
    const key = sha1(ACCOUNT.secretKey, time).toString('hex');
    expect(words.get('q-signature')).toBe(sha1(key, text).toString('hex'));
    expect(words.get('q-header-list')).toBe('content-length;content-type;host');
    expect(words.get('q-url-param-list')).toBe('partnumber;uploadid');
  });
});

/** What earlier versions stored as English, by the param of a problem: text → code of the closed set. */
const stored: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  what: {
    'its size': 'size',
    'it was modified': 'modified',
    'it was replaced': 'replaced',
    'its content': 'content',
    'its content may be different': 'content-unsure',
    'sent anew': 'sent-anew',
    'it is a folder now': 'now-folder',
    'it is a pipe now': 'now-pipe',
    'it is a socket now': 'now-socket',
    'it is a device now': 'now-device',
    'it is a special file now': 'now-special',
    'special file': 'special',
  },
  reason: {
    'permission denied': 'permission-denied',
    'not permitted': 'not-permitted',
    'the disk failed': 'disk-failed',
    'links that lead in a circle': 'link-circle',
    'its name is too long': 'name-long',
    'the network drive lost it': 'drive-lost',
    'too many files are open': 'files-open',
    'it is in use': 'in-use',
    'its name is not valid UTF-8': 'name-no-utf8',
    'no certificate is in it': 'no-certificate',
    'connection refused': 'connection-refused',
    'closed by the other side': 'closed-there',
    'closed on this side': 'closed-here',
    'no answer in time': 'no-answer',
    'name not found': 'name-unknown',
    'no way to it': 'no-route',
    'address not available': 'address-unavailable',
    'no TLS is spoken there': 'no-tls',
    'its answer is not HTTP': 'no-http',
    'it ended the connection': 'tunnel-ended',
    'it does not take the name and password (407)': 'tunnel-login',
    'it is signed by itself': 'self-signed',
    'its CA is not known': 'ca-unknown',
    'it has expired': 'certificate-expired',
    'it is not valid yet': 'not-yet-valid',
    'it is revoked': 'certificate-revoked',
    'it is for another name': 'other-name',
  },
  got: {
    'a web page': 'web-page',
    'chunks that do not add up to the file': 'chunks-not-file',
    'a download without its length': 'download-no-length',
    'an upload without its ranges': 'upload-no-ranges',
    'a part without its tag': 'part-no-tag',
    'a direct link without its address': 'direct-link-no-address',
    'a direct link that is no address': 'direct-link-invalid',
    'a capacity without numbers': 'capacity-no-numbers',
    'a file without its facts': 'file-no-facts',
    'a refresh without tokens': 'refresh-no-tokens',
    'a session without its facts': 'session-no-facts',
    'a share without its link': 'share-no-link',
    'a list without shares': 'list-no-shares',
    'a share without its facts': 'share-no-facts',
    'a folder without its facts': 'folder-no-facts',
    'no version of Cloudreve': 'version-none',
    'an account without an address': 'account-no-address',
    'a sign-in without tokens': 'sign-in-no-tokens',
    'a captcha without a picture': 'captcha-no-picture',
    'a folder without its list': 'folder-no-list',
  },
  why: {
    'it is empty': 'is-empty',
    'it means a folder': 'means-folder',
    'it holds control characters': 'control-characters',
    'the pattern of its storage': 'name-pattern',
    'it gave no size of its chunks': 'no-chunk-size',
    'it gave no secret to finish with': 'no-finish-secret',
    'it gave no address to finish': 'no-finish-address',
    'its sessions are longer than seven days': 'sessions-long',
    'it gave no address': 'no-address',
    'it gave no credential that can be sent': 'no-credential',
    'it did not say where the file goes': 'no-target',
    'it gave an address that is none': 'address-invalid',
    'its key is none of AES-256-CTR': 'key-unreadable',
    'it begins or ends with a space': 'edge-space',
    'it contains a control character': 'control-character',
    'it contains characters beyond Latin-1, such as emoji or Cyrillic': 'beyond-latin1',
    'it is no sign-in of this server': 'no-sign-in',
  },
  words: {
    'one of the files is gone': 'group-file-gone',
    'wrong delete key': 'delete-key-wrong',
    'on HEAD': 'on-head',
    'its storage did not report the file': 'store-silent',
  },
  where: {
    'this run': 'secret-of-run',
    'the app': 'secret-of-app',
  },
};

const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** A problem's JSON with codes in place of those texts. Each pair is matched with its quotes: no name of a file holds them so. */
const withCodes = Object.entries(stored)
  .flatMap(([param, texts]) => Object.entries(texts).map(([text, code]) => [param, text, code] as const))
  .reduce(
    (sql, [param, text, code]) =>
      `replace(${sql}, ${literal(`"${param}":${JSON.stringify(text)}`)}, ${literal(`"${param}":${JSON.stringify(code)}`)})`,
    'problem',
  );

/** A migration: reasons are stored as codes, so that every language has words for them. Other texts stay as they are. */
export const reasonsAsCodes = ['transfers', 'groups', 'log', 'history']
  .map((table) => `UPDATE ${table} SET problem = ${withCodes} WHERE problem IS NOT NULL AND problem <> ${withCodes};`)
  .join('\n');

/** Paths of the API that the log may show. Ids of sessions, shares and files, and secrets of callbacks, are hidden. */
const below = {
  site: ['ping', 'captcha', 'config/basic', 'config/login', 'config/explorer'],
  session: ['prepare', 'token', 'token/2fa', 'token/refresh', 'oauth/token'],
  user: ['me', 'capacity'],
  file: ['create', 'info', 'lock', 'source', 'source/:', 'upload', 'upload/:/:'],
  share: [':', 'info/:'],
  callback: [':/:/:'],
  // A node of the site takes chunks under the id of their session.
  slave: ['upload/:'],
};

export const routes: readonly string[] = [
  'api/v4/file',
  'api/v4/share',
  ...Object.entries(below).flatMap(([part, paths]) => paths.map((path) => `api/v4/${part}/${path}`)),
];

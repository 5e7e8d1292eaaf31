/** The site's own page to sign in on, for captchas that only a browser can solve. */
import { Raw } from './answer.ts';
import type { Site } from './site.ts';

/** Where the page is; the captcha is a frame in it. */
const PAGE = '/session';
const CAPTCHA = '/session-captcha';
/** The name under which the site keeps who is signed in. */
const STORED = 'cloudreve_session';

const html = (body: string, script: string): Raw =>
  new Raw(
    200,
    { 'content-type': 'text/html; charset=utf-8' },
    `<!doctype html><html lang="en"><title>Anybody’s bank</title><body>${body}<script>${script}</script></body></html>\n`,
  );

/** As captchas are: from another host, and told by a message when they are solved. */
const captcha = (): Raw =>
  html(
    '<button>I am human</button>',
    `document.querySelector('button').onclick = () => parent.postMessage({ solved: 'solved' }, '*');`,
  );

/** protocol: recaptcha = `captcha`, turnstile and cap = `ticket`. */
const fieldOf = (type: string): string => (type === 'recaptcha' ? 'captcha' : 'ticket');

const page = ({ settings }: Site, port: string): Raw => {
  const asks = settings.captcha && settings.captchaType !== 'normal';
  return html(
    `<h1>Sign in</h1>
    <form><label>Email <input name="email"></label> <label>Password <input name="password" type="password"></label>
    ${asks ? `<iframe title="Captcha" src="http://localhost:${port}${CAPTCHA}"></iframe>` : ''}
    <button>Sign in</button> <output></output></form>`,
    `let solved;
    const keep = (current, sessions) =>
      localStorage.setItem('${STORED}', JSON.stringify({ current, sessions, anonymousSettings: {} }));
    keep('', {});
    addEventListener('message', ({ data }) => { solved = data.solved; });
    document.querySelector('form').onsubmit = async (event) => {
      event.preventDefault();
      const { email, password } = Object.fromEntries(new FormData(event.target));
      const body = JSON.stringify({ email, password, ${fieldOf(settings.captchaType)}: solved });
      const answer = await (await fetch('/api/v4/session/token', { method: 'POST', body })).json();
      document.querySelector('output').textContent = answer.code === 0 ? 'Welcome' : answer.msg;
      if (answer.code !== 0) return;
      const { user, token } = answer.data;
      keep(user.id, { [user.id]: { user, token, settings: {} } });
    };`,
  );
};

/** The page of a path, where it is one of sign-in. */
export const sessionPage = (site: Site, path: string, host = ''): Raw | undefined => {
  if (path === CAPTCHA) return captcha();
  return path === PAGE ? page(site, host.split(':')[1] ?? '80') : undefined;
};

import { describeUser } from './account.ts';
import type { Call } from './call.ts';
import { encodeId } from './ids.ts';
import { UNSET_TIME } from './times.ts';

export const ping = ({ site }: Call): unknown => site.settings.version;

export function loginConfig({ site }: Call): unknown {
  const policy = 'https://cloudreve.org/privacy-policy';
  const captcha = site.settings.captcha && { login_captcha: true };
  return { ...captcha, authn: true, register_enabled: true, tos_url: policy, privacy_policy_url: policy };
}

export function basicConfig({ site, user }: Call): unknown {
  const group = { id: encodeId(3, 'group'), name: 'Anonymous', permission: 'gg==' };
  return {
    instance_id: site.instance,
    title: 'Cloudreve',
    themes: '{}',
    default_theme: '#1976d2',
    user: user
      ? describeUser(site, user)
      : { id: encodeId(0, 'user'), nickname: '', created_at: UNSET_TIME, anonymous: true, group },
    logo: '/static/img/logo.svg',
    logo_light: '/static/img/logo_light.svg',
    custom_html: {},
    captcha_type: site.settings.captchaType,
    captcha_ReCaptchaKey: 'defaultKey',
    ...(site.settings.captchaType === 'turnstile' && { turnstile_site_id: 'turnstile-site' }),
    captcha_cap_asset_server: 'jsdelivr',
    ...(site.settings.captchaType === 'cap' && {
      captcha_cap_instance_url: site.url,
      captcha_cap_site_key: 'cap-site',
    }),
    app_promotion: true,
  };
}

export const explorerConfig = (): unknown => ({
  icons: '[]',
  map_provider: 'openstreetmap',
  google_map_tile_type: 'regular',
  file_viewers: [],
  max_batch_size: 3000,
  thumbnail_width: 400,
  thumbnail_height: 300,
  custom_props: [],
  show_encryption_status: true,
});

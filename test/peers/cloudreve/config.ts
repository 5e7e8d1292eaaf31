import { type PolicyType, POLICY_NAMES } from './policy.ts';

/** The settings of a site, as a recording's `config` names them. */
export interface Settings {
  readonly version: string;
  readonly policy: PolicySettings;
  readonly accessTtl: number;
  readonly refreshTtl: number;
  readonly sessionTtl: number;
  readonly quota: number;
  /** Blank: the address that the client used. */
  readonly siteUrls: readonly string[];
  readonly captcha: boolean;
  readonly captchaType: string;
  readonly sse: boolean;
  readonly cursors: boolean;
  readonly maxPageSize: number;
  /** Minutes that the server's clock on the wall is ahead of UTC. */
  readonly zone: number;
  /** Origins that a browser may come from; none: all, without leave to read. */
  readonly origins: readonly string[];
  /** Every so many chunks one meets the race of its lock; 0: none. */
  readonly raceEvery: number;
  readonly oauthApps: readonly OauthApp[];
  readonly status2: string;
  /** By group: may share, and how many direct links at once. */
  readonly groups: Readonly<Record<'Admin' | 'User', GroupSettings>>;
}

export interface PolicySettings {
  readonly type: PolicyType;
  readonly name: string;
  readonly chunkSize: number;
  readonly preAllocate: boolean;
  readonly concurrency: number;
  readonly relay: boolean;
  readonly encryption: boolean;
  readonly maxSize: number;
  readonly suffixes: readonly string[];
  readonly suffixesDenied: boolean;
  readonly pattern: string;
  readonly patternDenied: boolean;
}

export interface GroupSettings {
  readonly share: boolean;
  readonly sourceBatch: number;
}

export interface OauthApp {
  readonly guid: string;
  readonly secret: string;
  readonly name: string;
  readonly homepage_url?: string;
  readonly redirect_uris: readonly string[];
  readonly scopes: readonly string[];
  readonly is_enabled?: boolean;
}

const NEWEST = '4.18.0';
const MIB = 1024 ** 2;

type Config = Readonly<Record<string, unknown>>;

export function readSettings(as: string, config: Config): Settings {
  const version = /\d+\.\d+\.\d+/.exec(as)?.[0] ?? NEWEST;
  const type = (config['storage_policy'] ?? 'local') as PolicyType;
  const flag = (name: string): boolean => config[name] === true;
  const number = (name: string, otherwise: number): number => Number(config[name] ?? otherwise);
  const list = (name: string): readonly string[] => {
    const value = config[name];
    return Array.isArray(value) ? value.map(String) : [];
  };
  const site = config['siteURL'];
  return {
    version,
    policy: {
      type,
      name: POLICY_NAMES[type],
      chunkSize: number('chunk_size', 25 * MIB),
      preAllocate: config['pre_allocate'] !== false,
      concurrency: isSince(version, 4, 7) ? number('chunk_concurrency', 0) : 0,
      relay: flag('relay'),
      encryption: flag('encryption') && isSince(version, 4, 10),
      maxSize: number('max_size', 0),
      suffixes: list('file_type'),
      suffixesDenied: flag('is_file_type_deny_list'),
      pattern: text(config, 'file_regexp', ''),
      patternDenied: flag('is_name_regexp_deny_list'),
    },
    accessTtl: number('access_token_ttl', 3600) * 1000,
    refreshTtl: number('refresh_token_ttl', 1209600) * 1000,
    sessionTtl: number('upload_session_timeout', 86400) * 1000,
    quota: number('quota', 1024 ** 4),
    siteUrls: (Array.isArray(site) ? site.map(String) : [typeof site === 'string' ? site : '']).map((url) =>
      url === '{{base}}' ? '' : url,
    ),
    captcha: flag('login_captcha'),
    captchaType: text(config, 'captcha_type', 'normal'),
    sse: flag('use_sse_for_search'),
    cursors: config['use_cursor_pagination'] !== false,
    maxPageSize: number('max_page_size', 2000),
    zone: number('zone', 0),
    origins: list('cors_allow_origins'),
    raceEvery: number('lock_race_every', 0),
    oauthApps: (config['oauth_apps'] ?? []) as readonly OauthApp[],
    status2: text((config['user2'] ?? {}) as Config, 'status', 'active'),
    groups: { Admin: readGroup(config['group_admin'], 1000), User: readGroup(config['group_user'], 10) },
  };
}

/** A setting that is a text. */
export function text(config: Config, name: string, otherwise: string): string {
  const value = config[name];
  return typeof value === 'string' ? value : otherwise;
}

function readGroup(value: unknown, batch: number): GroupSettings {
  const group = (value ?? {}) as Config;
  const settings = (group['settings'] ?? {}) as Config;
  return { share: group['share'] !== false, sourceBatch: Number(settings['source_batch'] ?? batch) };
}

/** Whether a version is that one or a later one. */
export function isSince(version: string, major: number, minor: number): boolean {
  const [ownMajor = 0, ownMinor = 0] = version.split('.').map(Number);
  return ownMajor > major || (ownMajor === major && ownMinor >= minor);
}

/** A server's environment: `CHUNK_SIZE`, `FILE_MAX_SIZE`, `FILE_MAX_AGE`, `API_PASSWORD`, `DISK_SPACE_MARGIN`. */
export type StendConfig = Readonly<Record<string, string | number | null | undefined>>;

/** What shapes the server's answers: its configuration, and what its version knows. Sizes in bytes, times in seconds. */
export interface StendSettings {
  readonly version: string;
  readonly fileMaxSize: number;
  readonly chunkSize: number;
  readonly password: string | null;
  /** Text where the version hands the configured text on as it is. */
  readonly fileMaxAge: number | string;
  readonly expireTimes: readonly (readonly [label: string, seconds: number])[];
  readonly maxTransfersInMerge: number;
  /** Free space that must be left on the disk beside the file. */
  readonly diskMargin: number;
  readonly documentation: string;
  readonly deleteKeyLength: number;
  readonly knows: {
    readonly mergeLimitInInstance: boolean;
    readonly maxAgeInInstance: boolean;
    readonly fileType: boolean;
    readonly opus: boolean;
    readonly missingChunk: boolean;
    readonly deleteAsksPassword: boolean;
    readonly encodedDownloadName: boolean;
  };
}

const SHORT_TIMES = [
  ['30 minutes', 1800],
  ['6 heures', 21600],
  ['12 heures', 43200],
  ['1 jour', 86400],
  ['4 jours', 345600],
  ['1 semaine', 604800],
  ['2 semaines', 1209600],
  ['1 mois', 2592000],
  ['3 mois', 7776000],
  ['6 mois', 15552000],
] as const;
const LONG_TIMES_1 = [
  ['1 an', 31104000],
  ['3 ans', 93312000],
  ['10 ans', 311040000],
] as const;
/** protocol: an instance without a limit reports this age. */
const FOR_EVER = 15770000000;

const isAtLeast = (version: string, least: string): boolean => {
  const [have, want] = [version, least].map((text) => text.split('.').map(Number)) as [number[], number[]];
  for (let i = 0; i < 3; i++) if (have[i] !== want[i]) return (have[i] ?? 0) > (want[i] ?? 0);
  return true;
};

/** The settings of server `version` ("2.2.3") started with `config` as its environment. */
export function readSettings(version: string, config: StendConfig): StendSettings {
  const from = (least: string): boolean => isAtLeast(version, least);
  const text = (name: string): string | undefined => (config[name] == null ? undefined : String(config[name]));
  const number = (name: string, otherwise: number): number => parseInt(text(name) || String(otherwise), 10);
  const margin = number('DISK_SPACE_MARGIN', NaN);
  return {
    version,
    fileMaxSize: number('FILE_MAX_SIZE', 1_000_000_000),
    chunkSize: number('CHUNK_SIZE', from('2.2.3') ? 20_000_000 : 10_000_000),
    password: text('API_PASSWORD') || null,
    fileMaxAge: maxAge(text('FILE_MAX_AGE'), from),
    expireTimes: [...SHORT_TIMES, ...(from('2.0.0') ? ([['Infini', FOR_EVER]] as const) : LONG_TIMES_1)],
    maxTransfersInMerge: from('2.0.0') ? 50 : 10,
    diskMargin: !from('2.2.0') ? 100_000 : Number.isNaN(margin) ? 1_000_000 : margin,
    documentation: documentation(from),
    deleteKeyLength: from('2.1.0') ? 16 : 12,
    knows: {
      mergeLimitInInstance: from('2.0.0'),
      maxAgeInInstance: from('1.1.0'),
      fileType: from('2.1.0'),
      opus: from('2.2.0'),
      missingChunk: from('1.2.0'),
      deleteAsksPassword: !from('2.1.0'),
      encodedDownloadName: from('1.2.1') && !from('2.2.2'),
    },
  };
}

function maxAge(configured: string | undefined, from: (least: string) => boolean): number | string {
  if (!from('1.1.0')) return 2592000;
  if (!from('2.0.0')) return configured || 2592000;
  if (configured !== undefined && Number(configured) === 0) return FOR_EVER;
  return parseInt(configured ?? '', 10) || 2592000;
}

function documentation(from: (least: string) => boolean): string {
  if (!from('1.1.0')) return 'https://stend-docs.johanstick.me';
  if (!from('2.2.0')) return 'https://stend-docs.vercel.app';
  if (!from('2.2.1')) return 'https://stend-docs.vercel.app/api-docs/endpoints/intro';
  return 'https://stend.johanstick.fr/api-docs/endpoints/intro';
}

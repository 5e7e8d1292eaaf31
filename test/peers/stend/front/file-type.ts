import type { StendSettings } from './settings.ts';

/** protocol: what a file is called by the part of its name before the first dot. */
const BY_NAME = [
  ['Instructions Docker', 'dockerfile'],
  ['Instructions Heroku', 'procfile'],
  ['Licence', 'license licence'],
  ['Instructions Make', 'makefile'],
  ['Instructions Qik', 'qikfile'],
  ['Dépendances Python', 'pipfile'],
  ['Liste des auteurs/contributeurs', 'authors'],
  ['Liste des propriétaires', 'codeowners'],
  ['Journal des modifications', 'changelog'],
] as const;

/** protocol: what a file is called by its extension. */
const BY_EXTENSION = [
  ['Document PDF', 'pdf'],
  ['Document texte', 'doc docx odt rtf pages'],
  ['Feuille de calcul', 'xls xlsx ods csv tsv numbers'],
  ['Présentation', 'ppt pptx odp pps ppsx key'],
  ['Texte brut', 'txt'],
  ['Document Markdown', 'md'],
  ['Archive compressée', 'zip rar 7z tar gz'],
  ['Image', 'jpg jpeg png heic webp raw'],
  ['Image animée', 'gif'],
  ['Vidéo', 'mp4 avi mkv mov'],
  ['Audio', 'mp3 wav flac ogg m4a opus'],
  ['Icône macOS', 'icns'],
  ['Icône Windows', 'ico'],
  ['Image vectorielle', 'svg'],
  ['Modèle 3D', 'obj fbx stl ply dae'],
  ['Base de données', 'sqlite db db3 sql'],
  ['Livre électronique', 'epub mobi'],
  ['Exécutable Windows', 'exe'],
  ['Application Apple', 'app'],
  ['Exécutable DOS', 'com'],
  ['Binaire', 'bin'],
  ['Application Android', 'apk xapk apks apkm'],
  ['Application iOS', 'ipa'],
  ['Application Java', 'jar'],
  ['Image disque macOS', 'dmg'],
  ['Image disque', 'img dsk iso'],
  ['Disque virtuel', 'vhd vhdx vmdk vdi hdd'],
  ['Installateur macOS', 'pkg'],
  ['Installateur Debian', 'deb'],
  ['Installateur Red Hat', 'rpm'],
  ['Installateur Windows', 'appx appxbundle appinstaller msix msi'],
  ['Données JSON', 'json jsonc json5 jsonl'],
  ['Données XML', 'xml plist'],
  ['Données YAML', 'yaml yml'],
  ['Format de configuration', 'ini cfg conf config properties'],
  ['Page Internet', 'html htm'],
  ['Feuille de style', 'css'],
  ['Script JavaScript', 'js mjs cjs ts jsx tsx'],
  ['Script PHP', 'php php3 php4'],
  ['Script Python', 'py pyc'],
  ['Script Ruby', 'rb'],
  ['Script Java', 'java'],
  ['Script Kotlin', 'kt'],
  ['Script Swift', 'swift'],
  ['Script C/C++', 'c h cpp hpp'],
  ['Script C#', 'cs'],
  ['Script Golang', 'go'],
  ['Script Rust', 'rs'],
  ['Script Dart', 'dart'],
  ['Script Shell', 'sh bash zsh fish bat cmd ps1'],
  ['Script VBS', 'vbs'],
  ['Script Lua', 'lua'],
  ['Script Perl', 'perl pl'],
  ['Script AutoHotkey', 'ahk'],
  ['Extension Chrome', 'crx'],
  ['Extension Firefox', 'xpi'],
  ['Raccourci Internet', 'url'],
  ['Raccourci Windows', 'lnk'],
  ['Raccourci Linux', 'desktop'],
  ['Widget Kustom', 'kwgt'],
  ["Fond d'écran Kustom", 'klwp'],
  ['Pack de composants Kustom', 'komp'],
  ['Script Kustom', 'ksh'],
  ['Écran de verrouillage Kustom', 'klck'],
  ['ROM de jeu vidéo', 'nes sfc smc gba gbc gb n64 rom cso nds cia ps2 xci wad nsp'],
  ['Élément temporaire', 'cache tmp temp'],
  ['Police de caractères', 'ttf otf woff woff2'],
  ['Projet Photoshop', 'psd'],
  ['Projet Illustrator', 'ai'],
  ['Projet Adobe XD', 'xd'],
  ['Projet Premiere Pro', 'prproj'],
  ['Projet InDesign', 'indd'],
  ['Projet Sketch', 'sketch'],
  ['Projet Figma', 'fig'],
  ['Projet Blender', 'blend'],
  ['Projet After Effects', 'aep'],
  ['Projet Element 3D', 'aet'],
  ['Projet Cinema 4D', 'c4d'],
  ['Projet Pixlr', 'pxz'],
  ['Projet GIMP', 'xcf'],
  ['Projet Logic Pro', 'logicx'],
  ['Projet Xcode', 'xcodeproj'],
  ["Variables d'environnement", 'env'],
  ['Configuration de dépôt Git', 'gitignore gitattributes gitconfig gitmodules gitkeep'],
  ['Configuration de projet NPM', 'npmignore npmrc npmfile'],
  ['Configuration de projet Docker', 'dockerignore dockerfile'],
  ['Configuration de projet Python', 'pylintrc pyproject pyup'],
  ['Configuration ESLint', 'eslintrc eslintignore eslintcache'],
  ['Configuration Prettier', 'prettierrc prettierignore prettierconfig'],
  ['Configuration de Bash', 'bash_profile bashrc'],
  ['Historique de Bash', 'bash_history'],
  ['Configuration de Zsh', 'zshrc zshenv zshlogin zshlogout'],
  ['Historique de Zsh', 'zsh_history'],
  ['Téléchargement torrent', 'torrent magnet'],
  ['Journal', 'log'],
  ['Sauvegarde Smart Launcher', 'slbk'],
  ['Sous-titre', 'srt sub'],
  ['Sauvegarde Kvaesitso', 'kvaesitso'],
  ['Icône de curseur', 'cur ani'],
  ['Fiche de contact', 'vcard vcf'],
  ['Calendrier iCalendar', 'ics'],
  ['Instrument MIDI', 'midi'],
  ['Certificat', 'crt cert'],
] as const;

const index = (table: readonly (readonly [label: string, words: string])[]): ReadonlyMap<string, string> =>
  new Map(table.flatMap(([label, words]) => words.split(' ').map((word) => [word, label] as const)));
const names = index(BY_NAME);
const extensions = index(BY_EXTENSION);

/** What the server calls a file of this name, or null. `opus`: the version knows this extension. */
function fileTypeOf(fileName: string, opus: boolean): string | null {
  const parts = fileName.toLowerCase().split('.');
  const extension = parts.at(-1) ?? '';
  const type = names.get(parts[0] ?? '') ?? extensions.get(extension) ?? null;
  if (opus || type !== 'Audio') return type;
  return extension === 'opus' ? null : 'Enregistrement audio';
}

/** The answer about a complete file, with its type where the version tells it. */
export const typed = (
  answer: Readonly<Record<string, unknown>>,
  { knows }: StendSettings,
): Readonly<Record<string, unknown>> =>
  knows.fileType ? { ...answer, fileType: fileTypeOf(String(answer['fileName']), knows.opus) } : answer;

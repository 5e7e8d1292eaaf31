/**
 * The window is set in the system's own face, which differs by machine. Pictures are set in Inter where it is
 * installed; where it is not, they are made all the same.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const aliases = {
  'system-ui': 'Inter',
  'sans-serif': 'Inter',
  'ui-monospace': 'JetBrains Mono',
  monospace: 'JetBrains Mono',
};

/** What the browser is started with, so that fontconfig prefers them. @param folder may be written to */
export const fontEnvironment = (folder: string): Readonly<Record<string, string>> => {
  const file = join(folder, 'fonts.conf');
  const rules = Object.entries(aliases).map(
    ([family, face]) =>
      `<match target="pattern"><test name="family" compare="eq"><string>${family}</string></test>` +
      `<edit name="family" mode="prepend" binding="strong"><string>${face}</string></edit></match>`,
  );
  writeFileSync(
    file,
    [
      '<?xml version="1.0"?>',
      '<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">',
      '<fontconfig>',
      '<include ignore_missing="yes">/etc/fonts/fonts.conf</include>',
      ...rules,
      '</fontconfig>',
      '',
    ].join('\n'),
  );
  return { FONTCONFIG_FILE: file };
};

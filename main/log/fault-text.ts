/**
 * An error as text for a log: names, codes and where it was thrown. Never a message, which may hold an address, a file name or
 * what a person typed, and may look like a stack itself; never a folder of this machine.
 */

/** Frames of one error. */
const framesMost = 20;
/** Characters of a line. */
const lineMost = 300;
/** Errors that caused each other. */
const causesMost = 3;

/** A line of a stack as V8 writes it: the function, if it has a name, and the place. */
const frame = /^ {4}at (?:(?<name>[\w$.#<>[\] ]{1,120}) \()?(?<place>[^()]{1,1000}:\d+:\d+|<anonymous>)\)?$/;
const errorName = /^[A-Z]\w{0,60}(?:Error|Exception)$|^Error$/;
/** The codes of Node, of the system and of TLS. */
const errorCode = /^(?:ERR_[A-Z0-9_]{1,60}|E[A-Z0-9]{1,15}|[A-Z]{2,20}(?:_[A-Z]{2,20}){1,6})$/;

/** The place without its folder. Parts of Node are named in full. */
const placeOf = (place: string): string => (place.startsWith('node:') ? place : place.replace(/^.*[\\/]/, ''));

const framesOf = ({ message, stack }: Error): readonly string[] =>
  (typeof stack === 'string' ? stack : '')
    .replaceAll(message, '')
    .slice(0, 100_000)
    .split('\n')
    .flatMap((line) => {
      const found = frame.exec(line)?.groups;
      if (found === undefined) return [];
      const place = placeOf(found['place'] ?? '');
      return [`    at ${found['name'] === undefined ? place : `${found['name']} (${place})`}`.slice(0, lineMost)];
    })
    .slice(0, framesMost);

/** An error's name and code, its frames, and those of what caused it. Never throws. */
export const faultText = (error: unknown, causes = causesMost): string => {
  if (!(error instanceof Error)) return `a thrown ${typeof error}`;
  const name = errorName.test(error.name) ? error.name : 'Error';
  const code = 'code' in error && typeof error.code === 'string' && errorCode.test(error.code) ? ` ${error.code}` : '';
  const lines = [`${name}${code}`, ...framesOf(error)];
  if (error.cause !== undefined && causes > 1) lines.push(`caused by ${faultText(error.cause, causes - 1)}`);
  return lines.join('\n');
};

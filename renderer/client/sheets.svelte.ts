/** Which sheet is open; views open them by name. */
export class Sheets {
  open = $state<'add-server' | 'shortcuts' | 'add-files' | undefined>();
  /** What was typed elsewhere of the address that a server is added by. */
  address = $state('');
}

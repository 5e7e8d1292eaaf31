/** What a shell is given so that Tab asks `stevedore __complete`. See complete.ts for the answers. */
import { m } from '../../preload/paraglide/messages.js';
import { UsageError } from './exits.ts';

const bash = `# stevedore: completion for bash
_stevedore() {
  local line files='' IFS=$'\\n'
  local -a words=("\${COMP_WORDS[@]:1:COMP_CWORD}")
  COMPREPLY=()
  while read -r line; do
    if [[ $line == ':files' ]]; then files=1; continue; fi
    COMPREPLY+=("$(printf '%q' "\${line%%$'\\t'*}")")
  done < <(stevedore __complete -- "\${words[@]}" 2>/dev/null)
  if [[ -n $files ]]; then compopt -o default -o bashdefault 2>/dev/null; fi
}
complete -F _stevedore stevedore
`;

const zsh = `#compdef stevedore
# stevedore: completion for zsh
_stevedore() {
  local line files=''
  local -a found
  while IFS= read -r line; do
    if [[ $line == ':files' ]]; then files=1; continue; fi
    found+=("\${\${line%%$'\\t'*}//:/\\\\:}\${line/*$'\\t'/:}")
  done < <(stevedore __complete -- "\${(@Q)words[2,CURRENT]}" 2>/dev/null)
  if (( \${#found} )); then _describe -t commands stevedore found; fi
  if [[ -n $files ]]; then _files; fi
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then _stevedore "$@"; else compdef _stevedore stevedore; fi
`;

const fish = `# stevedore: completion for fish
function __stevedore_complete
  set -l words (commandline -opc) (commandline -ct)
  for line in (stevedore __complete -- $words[2..-1] 2>/dev/null)
    if test "$line" = ':files'
      __fish_complete_path (commandline -ct)
    else
      echo $line
    end
  end
end
complete -c stevedore -f -a '(__stevedore_complete)'
`;

/** The script of a shell. Throws `UsageError` for one that is not known. */
export const completionScript = (shell: string): string => {
  if (shell === 'bash') return bash;
  if (shell === 'zsh') return zsh;
  if (shell === 'fish') return fish;
  throw new UsageError(m.usage_shell({ shell }));
};

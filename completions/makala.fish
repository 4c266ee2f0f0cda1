# SPDX-License-Identifier: Apache-2.0
# fish completion for makala(1)

set -l commands explain features tree
set -l extract "not __fish_seen_subcommand_from $commands"
set -l explain_too "not __fish_seen_subcommand_from features tree"
set -l not_tree "not __fish_seen_subcommand_from tree"
set -l fields input url canonical_url hostname title authors date_published date_modified date_raw language direction site_name description categories tags license image page_type verdict confidence text markdown html comments blocks links images next_page charset warnings provenance language_declared language_detected language_score

complete -c makala -n __fish_is_first_token -a explain -d 'Why each block was kept or dropped'
complete -c makala -n __fish_is_first_token -a features -d 'What the model sees of each block'
complete -c makala -n __fish_is_first_token -a tree -d 'The parsed tree'

complete -c makala -n "$extract" -s t -l to -x -a 'markdown text json html' -d 'What to write'
complete -c makala -n "$extract" -s o -l output -r -F -d 'Write to a file or into a directory'
complete -c makala -n "$not_tree" -l url -x -d 'Address of the page'
complete -c makala -l charset -x -a 'utf-8 windows-1252 windows-1251 iso-8859-2 shift_jis euc-jp gb18030 big5 euc-kr utf-16le' -d 'Encoding of the pages'
complete -c makala -n "$not_tree" -l input-type -x -a 'auto html text' -d 'What the inputs are'
complete -c makala -n "$explain_too" -l precision -d 'Keep fewer blocks, surer ones'
complete -c makala -n "$explain_too" -l balanced -d 'Keep what is most likely right on the whole'
complete -c makala -n "$explain_too" -l recall -d 'Keep more blocks'
complete -c makala -n "$explain_too" -l everything -d 'Keep every block that holds text'
complete -c makala -n "$not_tree" -l no-comments -d 'Leave out what readers wrote under an article'
complete -c makala -n "$explain_too" -l no-tables -d 'Leave data tables out'
complete -c makala -n "$explain_too" -l no-title-heading -d 'Leave headings out that say the title'
complete -c makala -n "$extract" -l images -d 'Show pictures'
complete -c makala -n "$extract" -l no-links -d 'Write the words of links only'
complete -c makala -n "$extract" -l links -d 'JSON: add the field links'
complete -c makala -n "$extract" -l blocks -d 'JSON: add the field blocks'
complete -c makala -n "$extract" -l fields -x -a "(__fish_complete_list , 'printf \"%s\n\" $fields')" -d 'JSON: these fields'
complete -c makala -n "$extract" -s j -l jobs -x -d 'Worker threads'
complete -c makala -n "$extract" -l resume -d 'Go on with the output of an earlier run'
complete -c makala -n "$extract" -l progress -d 'Show how far the work is'
complete -c makala -n "$extract" -l no-progress -d 'Do not show how far the work is'
complete -c makala -n "$extract" -l errors -r -F -d 'List failed inputs'
complete -c makala -l max-memory -x -d 'Memory for one page'
complete -c makala -l max-input -x -d 'Largest input, decompressed'
complete -c makala -n "$extract" -l strict-exit -d 'Exit with 1 on warnings'
complete -c makala -n "$extract" -s q -l quiet -d 'No messages'
complete -c makala -n "__fish_seen_subcommand_from tree" -l fragment -x -a 'body div table tr td select template' -d 'Parse as the inside of'
complete -c makala -l version -d 'Print the version'
complete -c makala -s h -l help -d 'Print help'

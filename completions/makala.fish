# SPDX-License-Identifier: Apache-2.0
# fish completion for makala(1)

set -l commands explain features tree
set -l extract "not __fish_seen_subcommand_from $commands"
set -l explain_too "not __fish_seen_subcommand_from features tree"
set -l not_tree "not __fish_seen_subcommand_from tree"
set -l fields input url canonical_url hostname title authors date_published date_modified date_raw language direction site_name description categories tags license image page_type verdict confidence text markdown html comments blocks links images next_page charset warnings provenance language_declared language_detected language_score

complete -c makala -n __fish_is_first_token -a explain -d 'Why each block was kept or dropped'
complete -c makala -n __fish_is_first_token -a features -d 'The features of each block that the model sees'
complete -c makala -n __fish_is_first_token -a tree -d 'The parsed tree'

complete -c makala -n "$extract" -s t -l to -x -a 'markdown text json html chunks' -d 'Output format'
complete -c makala -n "$extract" -l markdown -d 'Write Markdown (default)'
complete -c makala -n "$extract" -l text -d 'Write plain text'
complete -c makala -n "$extract" -l json -d 'Write JSON records'
complete -c makala -n "$extract" -l html -d 'Write clean HTML'
complete -c makala -n "$extract" -l files-from -r -F -d 'Read the names of inputs from a file'
complete -c makala -n "$extract" -s 0 -l null -d 'Names in the list end with NUL'
complete -c makala -n "$extract" -s o -l output -r -F -d 'Write to a file or into a directory'
complete -c makala -n "$not_tree" -l url -x -d 'Address of the page, to resolve its links'
complete -c makala -l charset -x -a 'utf-8 windows-1252 windows-1251 iso-8859-2 shift_jis euc-jp gb18030 big5 euc-kr utf-16le' -d 'Decode pages with this encoding'
complete -c makala -n "$not_tree" -l input-type -x -a 'auto html text' -d 'Read inputs as this type'
complete -c makala -n "$explain_too" -l precision -d 'Keep fewer blocks, only those more likely to be content'
complete -c makala -n "$explain_too" -l balanced -d 'Balance missing text against unwanted text (default)'
complete -c makala -n "$explain_too" -l recall -d 'Keep more blocks'
complete -c makala -n "$explain_too" -l everything -d 'Keep every block that has text'
complete -c makala -n "$not_tree" -l no-comments -d 'Leave out comments of readers'
complete -c makala -n "$explain_too" -l no-tables -d 'Leave out data tables'
complete -c makala -n "$explain_too" -l no-title-heading -d 'Leave out headings that repeat the title'
complete -c makala -n "$extract" -l images -d 'Include pictures'
complete -c makala -n "$extract" -l no-links -d 'Write the text of links without their addresses'
complete -c makala -n "$extract" -l links -d 'JSON: add the field links'
complete -c makala -n "$extract" -l blocks -d 'JSON: add the field blocks'
complete -c makala -n "$extract" -l fields -x -a "(__fish_complete_list , 'printf \"%s\n\" $fields')" -d 'JSON: only these fields'
complete -c makala -n "$extract" -l max-tokens -x -d 'Chunks: tokens of a chunk at most'
complete -c makala -n "$extract" -l overlap -x -d 'Chunks: tokens that one may repeat of the chunk before'
complete -c makala -n "$extract" -s j -l jobs -x -d 'Worker threads'
complete -c makala -n "$extract" -l resume -d 'Continue the output of an earlier run'
complete -c makala -n "$extract" -l force -d 'With an output directory: replace files that exist'
complete -c makala -n "$extract" -l progress -d 'Show the progress'
complete -c makala -n "$extract" -l no-progress -d 'Do not show the progress'
complete -c makala -n "$extract" -l errors -r -F -d 'List failed inputs'
complete -c makala -l max-memory -x -d 'Memory limit for one page'
complete -c makala -l max-input -x -d 'Size limit for one input, decompressed'
complete -c makala -n "$extract" -l strict-exit -d 'Exit with 1 on warnings'
complete -c makala -n "$extract" -s q -l quiet -d 'No messages and no progress'
complete -c makala -n "__fish_seen_subcommand_from tree" -l fragment -x -a 'body div table tr td select template' -d 'Parse as the content of this element'
complete -c makala -s V -l version -d 'Print the version and what is built in'
complete -c makala -s h -l help -d 'Print the help'

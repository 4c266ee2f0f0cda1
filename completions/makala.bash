# SPDX-License-Identifier: Apache-2.0
# bash completion for makala(1)

_makala() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} command=${COMP_WORDS[1]}
	local options
	local fields='input url canonical_url hostname title authors date_published date_modified date_raw language direction site_name description categories tags license image page_type verdict confidence text markdown html comments blocks links images next_page charset warnings provenance language_declared language_detected language_score'
	COMPREPLY=()
	# bash splits --to=json at the equals sign
	if [[ $cur == = ]]; then
		cur=
	elif [[ $prev == = && $COMP_CWORD -ge 2 ]]; then
		prev=${COMP_WORDS[COMP_CWORD - 2]}
	fi
	case $prev in
	-t | --to)
		mapfile -t COMPREPLY < <(compgen -W 'markdown text json html chunks' -- "$cur")
		return
		;;
	-o | --output | --errors | --files-from)
		compopt -o filenames
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		return
		;;
	--fields)
		local head=
		[[ $cur == +* ]] && head=+ cur=${cur#+}
		[[ $cur == *,* ]] && head+=${cur%,*},
		mapfile -t COMPREPLY < <(compgen -P "$head" -W "$fields" -- "${cur##*,}")
		compopt -o nospace
		return
		;;
	--charset)
		mapfile -t COMPREPLY < <(compgen -W 'utf-8 windows-1252 windows-1251 iso-8859-2 shift_jis euc-jp gb18030 big5 euc-kr utf-16le' -- "$cur")
		return
		;;
	--input-type)
		mapfile -t COMPREPLY < <(compgen -W 'auto html text' -- "$cur")
		return
		;;
	--fragment)
		mapfile -t COMPREPLY < <(compgen -W 'body div table tr td select template' -- "$cur")
		return
		;;
	-j | --jobs | --url | --max-memory | --max-input)
		return
		;;
	esac
	case $command in
	explain)
		options='--url --charset --input-type --precision --balanced --recall --everything --no-comments --no-tables --no-title-heading --max-memory
			--max-input --help'
		;;
	features) options='--url --charset --input-type --no-comments --max-memory --max-input --help' ;;
	tree) options='--charset --max-memory --max-input --fragment --help' ;;
	*)
		options='-t --to --markdown --text --json --html -o --output --files-from -0 --null --url --charset --input-type --precision --balanced --recall --everything --no-comments --no-tables
			--no-title-heading --images --no-links --links --blocks --fields --max-tokens --overlap -j --jobs --resume --force --progress --no-progress --errors --max-memory --max-input --strict-exit -q --quiet
			-V --version -h --help'
		;;
	esac
	if [[ $cur == -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$options" -- "$cur")
		return
	fi
	compopt -o filenames
	mapfile -t COMPREPLY < <(compgen -f -- "$cur")
	if ((COMP_CWORD == 1)); then
		local commands
		mapfile -t commands < <(compgen -W 'explain features tree' -- "$cur")
		COMPREPLY+=("${commands[@]}")
	fi
}
complete -F _makala makala

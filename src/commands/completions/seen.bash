
# Values that stand at the end of the log: sessions, events, terms of a query.
_enx_hook_seen() {
    local line="${COMP_LINE:0:COMP_POINT}" word option what="" value last
    local -a typed
    read -ra typed <<< "$line"
    word="${line##*[[:space:]]}"
    last=$(( ${#typed[@]} - 1 ))
    [[ -n "$word" ]] && last=$(( last - 1 ))
    option="${typed[last]}"
    # Within quotes, a query has several words.
    value="${line//[^\']/}"
    if (( ${#value} % 2 == 1 )); then
        while (( last > 0 )) && [[ "${typed[last]}" != -* ]]; do last=$(( last - 1 )); done
        option="${typed[last]}"
    fi
    case "$word" in
        --session=* | --event=* | --query=* | --forward-query=*) option="${word%%=*}" word="${word#*=}" ;;
    esac
    word="${word#[\"\']}"
    case "$option" in
        --session | --event | --query | --forward-query) what="${option##*-}" ;;
        timeline) [[ "${typed[last-1]}" == log ]] && what=session ;;
    esac
    if [[ -n "$what" ]]; then
        COMPREPLY=()
        # The word of the shell may begin later, as after a colon, or earlier, as in quotes.
        local current="$2" before after=""
        current=${current#[\"\']}
        before=${word%"$current"}
        (( ${#current} > ${#word} )) && before="" after=${current%"$word"}
        while IFS= read -r value; do
            [[ "$value" == "$word"* ]] && COMPREPLY+=("$after${value#"$before"}")
        done < <("$1" completions --values "$what" 2> /dev/null)
        (( ${#COMPREPLY[@]} )) && return 0
    fi
    _enx__hook "$@"
}

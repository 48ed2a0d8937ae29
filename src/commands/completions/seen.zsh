
# Values that stand at the end of the log: sessions, events, terms of a query.
_enx_hook_seen() {
    local -a seen
    seen=(${(f)"$(_call_program seen enx-hook completions --values $1 2> /dev/null)"})
    if (( $#seen )); then
        [[ $1 == query ]] && compset -P '* '
        compadd -a seen
    else
        _default
    fi
}

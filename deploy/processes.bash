# Servers that a script has started, by the folders that they run in; sourced, not run.

# The process of the server in a folder, if it runs: a number in a file may be somebody else's by now.
process_in() {
    local process
    process=$(cat "$1/pid" 2>/dev/null) || return 0
    [[ "$process" =~ ^[0-9]+$ ]] || return 0
    if [ "$(readlink "/proc/$process/cwd" 2>/dev/null)" = "${1%/}" ]; then echo "$process"; fi
}

# Kills processes, and waits until they are gone. One that is asked to end would write to its log once more, while its
# folder is being removed; and a primary would wait for its replicas.
end_processes() {
    local process
    [ $# -eq 0 ] || kill -KILL "$@" 2>/dev/null || true
    for process in "$@"; do
        for _ in {1..100}; do
            [ "$(readlink "/proc/$process/cwd" 2>/dev/null)" ] || break
            sleep 0.05
        done
    done
}

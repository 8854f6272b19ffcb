# What the scripts that start servers on this machine have in common; sourced, not run.
#
# Who sources it has set `command` (its name in messages), `kind` (cluster or sentinel) and `count` (how many servers it
# starts). Each server has a folder in `directory`, named by its port, with its settings, its log and its process id.

. "$(dirname "${BASH_SOURCE[0]}")/processes.bash"

# The password of every user that deploy/ names.
password=change-me
directory=""
first_port=""
detach=false
passwords=false
servers=()

say() { printf '%s\n' "$*"; }
# What is going on, while somebody watches; what was asked for is printed by `say`.
tell() { printf '%s\n' "$*" >&2; }
misused() { printf '%s: %s; try %s --help\n' "$command" "$1" "$command" >&2; exit 2; }
give_up() { printf '%s: %s\n' "$command" "$1" >&2; exit 1; }

bold="" plain=""
if [ -t 1 ]; then bold=$'\e[1m' plain=$'\e[0m'; fi

# The options that all of them know.
read_options() {
    while [ $# -gt 0 ]; do
        case "$1" in
            --help | -h) usage; exit 0 ;;
            --port)
                [[ "${2:-}" =~ ^[1-9][0-9]{3,4}$ ]] && [ "$2" -le "$((22000 - count))" ] && [ "$2" -ge 1024 ] ||
                    misused "--port takes a port from 1024 to $((22000 - count)), the first of $count"
                first_port=$2; shift 2 ;;
            --directory)
                [ -n "${2:-}" ] || misused "--directory takes a directory that is empty or not there yet"
                directory=$2; shift 2 ;;
            --detach) detach=true; shift ;;
            --acl) passwords=true; shift ;;
            *) misused "'$1' is not understood" ;;
        esac
    done
}

make_directory() {
    local temporary=false
    if [ -z "$directory" ]; then
        directory=$(mktemp -d "${TMPDIR:-/tmp}/weir-$kind-XXXXXX")
        temporary=true
    elif [ -d "$directory" ] && [ -n "$(ls -A "$directory")" ]; then
        give_up "$directory is not empty: name another directory, or remove what is in it"
    else
        mkdir -p "$directory" || give_up "$directory cannot be made"
    fi
    directory=$(cd "$directory" && pwd -P)
    # A space would end a path in the settings of Redis, and in the lines to copy.
    [[ "$directory" =~ ^[A-Za-z0-9/._+,:@%-]+$ ]] || give_up "the path '$directory' has to do without spaces and quotes"
    say "$kind" > "$directory/weir-servers"
    if $temporary; then touch "$directory/remove-when-stopped"; fi
}

# Whether something listens on a port of this machine.
is_taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# Which of so many ports from a first one on, or of those of the cluster's bus, is taken; nothing if all are free.
taken_of() {
    local port
    for ((port = $1; port < $1 + count; port++)); do
        if is_taken "$port"; then echo "$port"; return; fi
        if [ "$kind" = cluster ] && is_taken "$((port + 10000))"; then echo "$((port + 10000))"; return; fi
    done
}

choose_ports() {
    local taken
    if [ -n "$first_port" ]; then
        taken=$(taken_of "$first_port")
        [ -z "$taken" ] || give_up "port $taken is taken: end what listens there, or choose others with --port"
        return
    fi
    # With the ports of the bus, 10000 above, below those that outgoing connections get.
    for _ in {1..100}; do
        first_port=$((7000 + 10 * (RANDOM % 1490)))
        [ -n "$(taken_of "$first_port")" ] || return 0
    done
    give_up "found no $count free ports in a row; choose the first one with --port"
}

# Closes whatever was inherited beside input and outputs: who started this script may wait until nobody has it any more,
# and servers stay. 255 is bash's own and closes by itself.
close_the_rest() {
    local path number
    for path in /proc/self/fd/*; do
        number=${path##*/}
        [ "$number" -le 2 ] || [ "$number" -eq 255 ] || eval "exec $number>&-"
    done
}

# Starts a server with the settings on standard input: start_server PORT [--sentinel]
start_server() {
    local port=$1 home="$directory/$1" process
    shift
    mkdir -p "$home"
    { printf 'port %s\nbind 127.0.0.1\ndir %s\npidfile %s/pid\n' "$port" "$home" "$home"; cat; } > "$home/redis.conf"
    # In a session of its own: Ctrl-C is for this script, which ends the servers in order.
    (close_the_rest && exec setsid redis-server "$home/redis.conf" "$@") < /dev/null > "$home/log" 2>&1 &
    process=$!
    # Or bash would say of each in the end that it was killed.
    disown "$process"
    servers+=("$port")
    for _ in {1..200}; do
        if kill -0 "$process" 2>/dev/null; then
            # Another that has taken the port meanwhile would answer too.
            [[ "$(ask "$port" info server 2>/dev/null)" != *"process_id:$process"$'\r'* ]] || return 0
        else
            tail -n 5 "$home/log" >&2
            give_up "redis-server did not start on port $port; choose other ports with --port if that one is taken"
        fi
        sleep 0.05
    done
    tail -n 5 "$home/log" >&2
    give_up "redis-server on port $port does not answer"
}

# The settings that all servers with data have here. They keep nothing: this is for a try.
common_settings() {
    printf 'save ""\nrepl-diskless-sync yes\nrepl-diskless-sync-delay 0\n'
    if $passwords; then printf 'aclfile %s/users.acl\nmasteruser replica\nmasterauth %s\n' "$directory" "$password"; fi
}

# The users of the servers with data: those of the files given, and one who may do everything.
write_users() {
    { cat "$@"; say "user operator on >$password allkeys allchannels allcommands"; } > "$directory/users.acl"
}

# The words that redis-cli needs here, to be used or shown.
operator_words() { if $passwords; then say "--user operator --pass $password --no-auth-warning"; fi; }

# Asks the server on a port.
ask() {
    local port=$1
    shift
    # shellcheck disable=SC2046 # the words are to be split
    redis-cli -p "$port" $(operator_words) "$@" < /dev/null
}

# Waits until a command succeeds: until_true SECONDS WHAT COMMAND …
until_true() {
    local end=$((SECONDS + $1)) what=$2
    shift 2
    until "$@"; do
        [ "$SECONDS" -lt "$end" ] || give_up "waited in vain until $what; the logs are in $directory"
        sleep 0.1
    done
}

# Ends all servers of a directory, and removes it if it is a temporary one.
end_servers() {
    local home process processes=()
    for home in "$1"/*/; do
        process=$(process_in "${home%/}")
        [ -z "$process" ] || processes+=("$process")
    done
    end_processes "${processes[@]}"
    if [ -e "$1/remove-when-stopped" ]; then rm -rf "$1"; fi
}

# What deploy/cluster/stop and deploy/sentinel/stop do.
stop_command() {
    case "${1:-}" in
        --help | -h) usage; exit 0 ;;
        "") misused "name the directory that the servers were started in" ;;
        -*) misused "'$1' is not understood" ;;
    esac
    [ $# -eq 1 ] || misused "one directory at a time"
    [ -d "$1" ] || give_up "$1 is not there: have they been stopped already?"
    local found
    found=$(cat "$1/weir-servers" 2>/dev/null) || give_up "$1 is no directory of deploy/$kind/start"
    [ "$found" = "$kind" ] || give_up "the servers in $1 were started by deploy/$found/start: use deploy/$found/stop"
    end_servers "$(cd "$1" && pwd -P)"
    say "stopped"
}

# Prepares everything: what is needed, the ports, the directory. From here on, whoever ends this ends what was started.
prepare() {
    command -v redis-server > /dev/null && command -v redis-cli > /dev/null || deploy/install-requirements
    # Before the directory: a port that is taken leaves nothing behind.
    choose_ports
    make_directory
    trap 'end_servers "$directory"' EXIT
    trap 'exit 130' INT TERM
}

# Prints a line of what can be done: a word, and what to type.
offer() { printf '  %s%-10s%s %s\n' "$bold" "$1" "$plain" "$2"; }

# Leaves the servers running, or waits for Ctrl-C and ends them.
stay() {
    if $detach; then
        offer stop "deploy/$kind/stop $directory"
        trap - EXIT INT TERM
        exit 0
    fi
    offer stop "Ctrl-C"
    local idle
    # Asleep behind `wait`, which a signal ends at once.
    trap 'kill "$idle"; tell ""; tell "stopping"; exit 0' INT TERM
    while :; do
        sleep 3600 < /dev/null > /dev/null 2>&1 &
        idle=$!
        wait "$idle" || true
    done
}

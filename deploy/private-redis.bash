# A Redis of a script's own for as long as the script runs, on a unix socket in a temporary directory; sourced, not run.

. "$(dirname "${BASH_SOURCE[0]}")/processes.bash"

# Where it is.
private_directory=""

# Starts it, with what settings there are beside those that keep it private: start_private_redis [SETTING VALUE …]
start_private_redis() {
    private_directory=$(cd "$(mktemp -d)" && pwd -P)
    trap end_private_redis EXIT
    redis-server --port 0 --unixsocket "$private_directory/redis.sock" --dir "$private_directory" --save "" "$@" \
        --logfile "$private_directory/redis.log" --pidfile "$private_directory/pid" --daemonize yes > /dev/null
    for _ in {1..100}; do
        ! redis-cli -s "$private_directory/redis.sock" ping > /dev/null 2>&1 || return 0
        sleep 0.1
    done
    cat "$private_directory/redis.log" >&2
    echo "the private redis-server does not answer" >&2
    exit 1
}

end_private_redis() {
    # shellcheck disable=SC2046 # none or one
    end_processes $(process_in "$private_directory")
    rm -rf "$private_directory"
}

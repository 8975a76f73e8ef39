#!/bin/sh
# The entry point of the image "postgres", as far as the quick start needs it: it makes the database that the variables name, once.
set -eu
[ $# -eq 0 ] || exec "$@"
bin=/opt/postgres/bin
if [ ! -e "$PGDATA/PG_VERSION" ]; then
  printf '%s\n' "$POSTGRES_PASSWORD" >/tmp/password
  "$bin/initdb" --pgdata="$PGDATA" --username="$POSTGRES_USER" --pwfile=/tmp/password --auth=scram-sha-256 --no-sync --encoding=UTF8
  rm /tmp/password
  echo "create database $POSTGRES_DB" | "$bin/postgres" --single -D "$PGDATA" postgres
fi
exec "$bin/postgres" -D "$PGDATA" -c "listen_addresses=$LISTEN_ADDRESS" -c unix_socket_directories=/tmp -c fsync=off

#!/bin/sh
# Writes .env, which docker-compose.yml reads, with a password of its own for each that .env.example leaves empty.
set -eu
cd "$(dirname "$0")/.."
if [ -e .env ]; then
  echo '.env is there already, and left as it is: the data has been made with its passwords.' >&2
  exit 1
fi
umask 077
while IFS= read -r line; do
  case $line in
    '#'* | '') printf '%s\n' "$line" ;;
    *=) printf '%s%s\n' "$line" "$(od -An -N24 -tx1 /dev/urandom | tr -d ' \n')" ;;
    *) printf '%s\n' "$line" ;;
  esac
done <.env.example >.env
echo 'Wrote .env. The key of operators is MEDIAFLOW_API_KEY in it.'

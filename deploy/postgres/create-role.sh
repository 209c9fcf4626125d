#!/bin/sh
# Run once, on an empty volume: a role that owns its database and can do nothing else on the server.
set -eu
psql --set ON_ERROR_STOP=1 --set password="$MEDIAFLOW_PASSWORD" --username "$POSTGRES_USER" --dbname postgres <<'SQL'
create role mediaflow_app login password :'password';
create database mediaflow owner mediaflow_app;
SQL

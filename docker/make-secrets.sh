#!/bin/sh
# Makes the files of secrets that compose.yaml names, where they are not there yet: docker/secrets, or the folder given.
#
# They are readable to the containers' users, who are not the owner, and kept from others here by their folder's mode.
set -eu
umask 022
folder=${1:-$(dirname "$0")/secrets}
mkdir -p "$folder"
chmod 0700 "$folder"

# make <name> <bytes>: so many random bytes in base64
make() {
  [ -e "$folder/$1" ] || head -c "$2" /dev/urandom | base64 | tr -d '\n' > "$folder/$1"
}

make secret-key 32
make admin-key 36
if [ ! -e "$folder/database-password" ]; then
  # Letters and digits only, since it stands in a URL too.
  head -c 24 /dev/urandom | od -An -tx1 | tr -d ' \n' > "$folder/database-password"
fi
[ -e "$folder/database-url" ] ||
  printf 'postgres://vestnik:%s@postgres:5432/vestnik' "$(cat "$folder/database-password")" > "$folder/database-url"
echo "The secrets are in $folder"

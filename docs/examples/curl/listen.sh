#!/usr/bin/env bash
# Listens to the bus with curl alone, by server-sent events.
#
#     VESTNIK_URL=http://127.0.0.1:8378/v1/tenants/demo VESTNIK_TOKEN=eyJ… ./listen.sh
#
# Prints the type and the JSON of each message. With ack=auto coming back after a position acknowledges everything
# up to it; the place is kept in a file, so that the next run goes on from there.
set -uo pipefail
: "${VESTNIK_URL:?}" "${VESTNIK_TOKEN:?}"
place=${VESTNIK_PLACE:-.vestnik-position}

# The application's own part.
handle() { printf '%s\n' "$1"; }

while true; do
  resume=()
  [ -s "$place" ] && resume=(--header "Last-Event-ID: $(cat "$place")")
  curl --silent --no-buffer --fail-with-body "$VESTNIK_URL/events?ack=auto" \
    --header 'Accept: text/event-stream' --header "Authorization: Bearer $VESTNIK_TOKEN" "${resume[@]}" |
    while IFS= read -r line; do
      case $line in
        'event: '*) event=${line#event: } ;;
        'id: '*) id=${line#id: } ;;
        'data: '*) data=${line#data: } ;;
        '') # An empty line ends an event; only durable messages have an id.
          [ "${event:-}" = message ] && handle "$data"
          if [ -n "${id:-}" ]; then printf '%s' "$id" >"$place"; fi
          event='' id='' data=''
          ;;
        '{'*) printf '%s\n' "$line" >&2 ;; # a problem instead of a stream
      esac
    done
  sleep 1
done

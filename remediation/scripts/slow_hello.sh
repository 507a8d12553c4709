#!/bin/sh
# Ten lines in ten seconds: shows how progress looks on a card.
set -eu
for line in 1 2 3 4 5 6 7 8 9 10; do
    echo "hello $line of 10 from ${1:-here}"
    sleep 1
done

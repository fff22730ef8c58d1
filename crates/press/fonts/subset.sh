#!/bin/sh
# Makes the fonts of this folder from Debian's fonts-noto-core (FROM: where its TTFs are). Needs pyftsubset (fonttools).
# Hints and glyph names go, since paper needs neither. Indian fonts keep every glyph and every shaping table.
set -eu
FROM=${1:-/usr/share/fonts/truetype/noto}
cd "$(dirname "$0")"
ALL="--no-hinting --no-glyph-names --notdef-outline --name-languages=0x409 --name-IDs=0,1,2,3,4,5,6,7,8,9,11,13,14"
# Latin, Greek, Cyrillic, Vietnamese, punctuation, currencies, arrows, and the sign for what has no glyph.
LATIN="U+0020-007E,U+00A0-024F,U+0259,U+02B0-02FF,U+0300-036F,U+0370-03FF,U+0400-052F,U+1E00-1EFF,U+2010-2015"
LATIN="$LATIN,U+2018-201F,U+2020-2022,U+2026,U+202F,U+2030,U+2032,U+2033,U+2039,U+203A,U+2044,U+20A0-20BF,U+2116"
LATIN="$LATIN,U+2122,U+2190-2193,U+2212,U+25CC,U+FFFD"
for font in NotoSans-Regular NotoSans-Bold NotoSerif-Bold; do
  pyftsubset "$FROM/$font.ttf" --output-file="$font.ttf" --unicodes="$LATIN" \
    --layout-features=ccmp,locl,mark,mkmk,kern,liga,lnum,tnum $ALL
done
for script in Bengali Devanagari Gujarati Gurmukhi Kannada Malayalam Oriya Tamil Telugu; do
  for weight in Regular Bold; do
    pyftsubset "$FROM/NotoSans$script-$weight.ttf" --output-file="NotoSans$script-$weight.ttf" --unicodes='*' \
      --layout-features='*' $ALL
  done
done

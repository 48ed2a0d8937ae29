#!/usr/bin/env bash
# Makes video.mov and audio.m4a: one second of ffmpeg's test picture and of a tone of 440 Hz, which
# nobody has rights in. They are in the repository; run this only to change them.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
exact=(-map_metadata -1 -fflags +bitexact -flags:v +bitexact -flags:a +bitexact -movflags +faststart)
tone=(-f lavfi -i sine=frequency=440:sample_rate=8000:duration=1)
sound=(-c:a aac -b:a 8k -ac 1)
ffmpeg -v error -y -f lavfi -i testsrc2=size=64x36:rate=5:duration=1 "${tone[@]}" \
    -c:v libx264 -profile:v baseline -pix_fmt yuv420p -crf 40 -x264-params keyint=5:no-info=1:sei=0 \
    "${sound[@]}" -shortest "${exact[@]}" video.mov
ffmpeg -v error -y "${tone[@]}" "${sound[@]}" "${exact[@]}" audio.m4a

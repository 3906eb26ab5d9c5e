;; One row of new pixels, each the mean of 2 x 2 bilinear samples: see warp.ts. Assembled by: npx wat2wasm warp-row.wat -o warp-row.wasm
;; Places are pixels in 14 bits behind the point, shares of pixels in 8.
(module
  (memory (export "memory") 1)
  (func (export "row")
    ;; The picture, 3 bytes a pixel with 2 columns and rows added, and the bytes of its rows.
    (param $picture i32) (param $stride i32)
    ;; The place of the last pixel in x and y.
    (param $lastX i32) (param $lastY i32)
    ;; The place of the row's first pixel, the step to the next one, and how far beside it the samples lie.
    (param $x i32) (param $y i32) (param $stepX i32) (param $stepY i32) (param $apart i32)
    ;; Where the row is written, and where it ends; a byte more is written.
    (param $out i32) (param $end i32)

    (local $places v128) ;; left, top, right, bottom
    (local $steps v128)
    (local $last v128)
    (local $at v128) ;; the places in 8 bits behind the point, inside the picture
    (local $whole v128) ;; the first column and line
    (local $beyond v128) ;; of the second sample, less one pixel
    (local $first v128) ;; the shares, lane 0 of columns and lane 1 of lines
    (local $second v128)
    (local $third v128)
    (local $columns01 v128)
    (local $columns2 v128)
    (local $from i32)
    (local $bytes v128)
    (local $lines i32)
    (local $sum v128)

    (local.set $places
      (i32x4.replace_lane 0
        (i32x4.replace_lane 1
          (i32x4.replace_lane 2
            (i32x4.splat (i32.add (local.get $y) (local.get $apart)))
            (i32.add (local.get $x) (local.get $apart)))
          (i32.sub (local.get $y) (local.get $apart)))
        (i32.sub (local.get $x) (local.get $apart))))
    (local.set $steps
      (i32x4.replace_lane 0
        (i32x4.replace_lane 2 (i32x4.splat (local.get $stepY)) (local.get $stepX))
        (local.get $stepX)))
    (local.set $last
      (i32x4.replace_lane 0
        (i32x4.replace_lane 2 (i32x4.splat (local.get $lastY)) (local.get $lastX))
        (local.get $lastX)))

    (loop $pixel
      (local.set $at
        (i32x4.shr_u
          (i32x4.max_s (i32x4.min_s (local.get $places) (local.get $last)) (v128.const i32x4 0 0 0 0))
          (i32.const 6)))
      (local.set $whole (v128.and (local.get $at) (v128.const i32x4 -256 -256 -256 -256)))
      (local.set $beyond
        (i32x4.sub
          (i32x4.sub
            (i8x16.shuffle 8 9 10 11 12 13 14 15 8 9 10 11 12 13 14 15 (local.get $at) (local.get $at))
            (local.get $whole))
          (v128.const i32x4 256 256 256 256)))
      (local.set $third (i32x4.max_s (local.get $beyond) (v128.const i32x4 0 0 0 0)))
      (local.set $second
        (i32x4.sub
          (i32x4.add
            (v128.and (local.get $at) (v128.const i32x4 255 255 255 255))
            (v128.const i32x4 256 256 256 256))
          (i32x4.abs (local.get $beyond))))
      (local.set $first
        (i32x4.sub
          (i32x4.sub (v128.const i32x4 512 512 512 512) (local.get $second))
          (local.get $third)))

      (local.set $columns01
        (i8x16.shuffle 0 1 2 3 0 1 2 3 0 1 2 3 0 1 2 3
          (v128.or (local.get $first) (i32x4.shl (local.get $second) (i32.const 16)))
          (local.get $first)))
      (local.set $columns2
        (i8x16.shuffle 0 1 2 3 0 1 2 3 0 1 2 3 0 1 2 3 (local.get $third) (local.get $third)))
      (local.set $from
        (i32.add
          (local.get $picture)
          (i32.add
            (i32.mul
              (i32.shr_u (i32x4.extract_lane 1 (local.get $whole)) (i32.const 8))
              (local.get $stride))
            (i32.mul
              (i32.shr_u (i32x4.extract_lane 0 (local.get $whole)) (i32.const 8))
              (i32.const 3)))))

      ;; Three lines of three pixels; all shares add up to 2^18.
      (local.set $sum (v128.const i32x4 131072 131072 131072 131072))
      (local.set $lines (i32.const 3))
      (loop $line
        (local.set $bytes (v128.load align=1 (local.get $from)))
        (local.set $sum
          (i32x4.add
            (local.get $sum)
            (i32x4.mul
              (i8x16.shuffle 4 5 6 7 4 5 6 7 4 5 6 7 4 5 6 7 (local.get $first) (local.get $first))
              (i32x4.add
                (i32x4.dot_i16x8_s
                  (i8x16.shuffle 0 16 3 16 1 16 4 16 2 16 5 16 16 16 16 16
                    (local.get $bytes) (v128.const i32x4 0 0 0 0))
                  (local.get $columns01))
                (i32x4.dot_i16x8_s
                  (i8x16.shuffle 6 16 16 16 7 16 16 16 8 16 16 16 16 16 16 16
                    (local.get $bytes) (v128.const i32x4 0 0 0 0))
                  (local.get $columns2))))))
        (local.set $first (local.get $second))
        (local.set $second (local.get $third))
        (local.set $from (i32.add (local.get $from) (local.get $stride)))
        (br_if $line (local.tee $lines (i32.sub (local.get $lines) (i32.const 1)))))

      (local.set $sum (i32x4.shr_u (local.get $sum) (i32.const 18)))
      (v128.store32_lane align=1 0
        (local.get $out)
        (i8x16.shuffle 0 4 8 12 0 4 8 12 0 4 8 12 0 4 8 12 (local.get $sum) (local.get $sum)))

      (local.set $places (i32x4.add (local.get $places) (local.get $steps)))
      (local.set $out (i32.add (local.get $out) (i32.const 3)))
      (br_if $pixel (i32.lt_u (local.get $out) (local.get $end))))))

;; SSIM of one row of pixels from two pictures: see structure.ts. Assembled by: npx wat2wasm structure.wat -o structure.wasm
;; Pictures lie interleaved, value by value: a + b and a - b, in 64 bits each. Of their local means S and D, and those of their
;; squares, SSIM's terms are 4 m(a) m(b) = S² - D², 2 (m(a)² + m(b)²) = S² + D², and so on: both lanes do the same everywhere.
(module
  (memory (export "memory") 32) ;; enough for 128 x 128 pixels: V8 slows all typed arrays down once a memory grows

  ;; Sums, less `shift`, and differences of bytes.
  (func (export "combine")
    (param $a i32) (param $b i32) (param $end i32) ;; the bytes, and where those of a end
    (param $shift f64) (param $out i32)
    (local $p f64)
    (local $q f64)
    (loop $value
      (local.set $p (f64.convert_i32_u (i32.load8_u (local.get $a))))
      (local.set $q (f64.convert_i32_u (i32.load8_u (local.get $b))))
      (f64.store (local.get $out)
        (f64.sub (f64.add (local.get $p) (local.get $q)) (local.get $shift)))
      (f64.store offset=8 (local.get $out) (f64.sub (local.get $p) (local.get $q)))
      (local.set $b (i32.add (local.get $b) (i32.const 1)))
      (local.set $out (i32.add (local.get $out) (i32.const 16)))
      (br_if $value
        (i32.lt_u (local.tee $a (i32.add (local.get $a) (i32.const 1))) (local.get $end)))))

  ;; A row of means of 2 x 2 pixels, of 48 bytes each.
  (func (export "halve")
    (param $above i32) (param $below i32) (param $out i32) (param $end i32) ;; two rows, the new one, and its end
    (local $pixel i32)
    (loop $pixels
      (local.set $pixel (i32.add (local.get $out) (i32.const 48)))
      (loop $channels
        (v128.store (local.get $out)
          (f64x2.mul (v128.const f64x2 0.25 0.25)
            (f64x2.add
              (f64x2.add (v128.load (local.get $above)) (v128.load offset=48 (local.get $above)))
              (f64x2.add (v128.load (local.get $below)) (v128.load offset=48 (local.get $below))))))
        (local.set $above (i32.add (local.get $above) (i32.const 16)))
        (local.set $below (i32.add (local.get $below) (i32.const 16)))
        (br_if $channels
          (i32.lt_u (local.tee $out (i32.add (local.get $out) (i32.const 16))) (local.get $pixel))))
      (local.set $above (i32.add (local.get $above) (i32.const 48)))
      (local.set $below (i32.add (local.get $below) (i32.const 48)))
      (br_if $pixels (i32.lt_u (local.get $out) (local.get $end)))))

  (func (export "compare")
    ;; The row with 5 pixels more at either end, its bytes, and 5 such rows above and below.
    (param $source i32) (param $stride i32)
    ;; The window's weights from its centre outwards, 6 of 64 bits, and twice SSIM's two constants.
    (param $weights i32) (param $c1 f64) (param $c2 f64)
    ;; Room for the row's means along columns: 2 * stride bytes.
    (param $means i32)
    ;; Where the two maps' rows are written, and where the second one ends.
    (param $similarity i32) (param $contrast i32) (param $end i32)

    (local $k0 v128) (local $k1 v128) (local $k2 v128) (local $k3 v128) (local $k4 v128) (local $k5 v128)
    (local $rowEnd i32)
    (local $up i32)
    (local $down i32)
    (local $p v128)
    (local $q v128)
    (local $first v128) ;; means of S and D
    (local $second v128) ;; means of their squares
    (local $constants v128)
    (local $sumSimilar f64)
    (local $sumContrast f64)
    (local $channels i32)

    (local.set $k0 (v128.load64_splat (local.get $weights)))
    (local.set $k1 (v128.load64_splat offset=8 (local.get $weights)))
    (local.set $k2 (v128.load64_splat offset=16 (local.get $weights)))
    (local.set $k3 (v128.load64_splat offset=24 (local.get $weights)))
    (local.set $k4 (v128.load64_splat offset=32 (local.get $weights)))
    (local.set $k5 (v128.load64_splat offset=40 (local.get $weights)))
    (local.set $constants
      (f64x2.replace_lane 1 (f64x2.splat (local.get $c1)) (local.get $c2)))

    ;; Along columns.
    (local.set $rowEnd (i32.add (local.get $source) (local.get $stride)))
    (loop $column
      (local.set $p (v128.load (local.get $source)))
      (local.set $first (f64x2.mul (local.get $k0) (local.get $p)))
      (local.set $second (f64x2.mul (local.get $k0) (f64x2.mul (local.get $p) (local.get $p))))
      (local.set $p (v128.load (local.tee $up (i32.sub (local.get $source) (local.get $stride)))))
      (local.set $q (v128.load (local.tee $down (i32.add (local.get $source) (local.get $stride)))))
      (local.set $first
        (f64x2.add (local.get $first) (f64x2.mul (local.get $k1) (f64x2.add (local.get $p) (local.get $q)))))
      (local.set $second
        (f64x2.add (local.get $second)
          (f64x2.mul (local.get $k1)
            (f64x2.add
              (f64x2.mul (local.get $p) (local.get $p))
              (f64x2.mul (local.get $q) (local.get $q))))))
      (local.set $p (v128.load (local.tee $up (i32.sub (local.get $up) (local.get $stride)))))
      (local.set $q (v128.load (local.tee $down (i32.add (local.get $down) (local.get $stride)))))
      (local.set $first
        (f64x2.add (local.get $first) (f64x2.mul (local.get $k2) (f64x2.add (local.get $p) (local.get $q)))))
      (local.set $second
        (f64x2.add (local.get $second)
          (f64x2.mul (local.get $k2)
            (f64x2.add
              (f64x2.mul (local.get $p) (local.get $p))
              (f64x2.mul (local.get $q) (local.get $q))))))
      (local.set $p (v128.load (local.tee $up (i32.sub (local.get $up) (local.get $stride)))))
      (local.set $q (v128.load (local.tee $down (i32.add (local.get $down) (local.get $stride)))))
      (local.set $first
        (f64x2.add (local.get $first) (f64x2.mul (local.get $k3) (f64x2.add (local.get $p) (local.get $q)))))
      (local.set $second
        (f64x2.add (local.get $second)
          (f64x2.mul (local.get $k3)
            (f64x2.add
              (f64x2.mul (local.get $p) (local.get $p))
              (f64x2.mul (local.get $q) (local.get $q))))))
      (local.set $p (v128.load (local.tee $up (i32.sub (local.get $up) (local.get $stride)))))
      (local.set $q (v128.load (local.tee $down (i32.add (local.get $down) (local.get $stride)))))
      (local.set $first
        (f64x2.add (local.get $first) (f64x2.mul (local.get $k4) (f64x2.add (local.get $p) (local.get $q)))))
      (local.set $second
        (f64x2.add (local.get $second)
          (f64x2.mul (local.get $k4)
            (f64x2.add
              (f64x2.mul (local.get $p) (local.get $p))
              (f64x2.mul (local.get $q) (local.get $q))))))
      (local.set $p (v128.load (local.tee $up (i32.sub (local.get $up) (local.get $stride)))))
      (local.set $q (v128.load (local.tee $down (i32.add (local.get $down) (local.get $stride)))))
      (local.set $first
        (f64x2.add (local.get $first) (f64x2.mul (local.get $k5) (f64x2.add (local.get $p) (local.get $q)))))
      (local.set $second
        (f64x2.add (local.get $second)
          (f64x2.mul (local.get $k5)
            (f64x2.add
              (f64x2.mul (local.get $p) (local.get $p))
              (f64x2.mul (local.get $q) (local.get $q))))))
      (v128.store (local.get $means) (local.get $first))
      (v128.store offset=16 (local.get $means) (local.get $second))
      (local.set $means (i32.add (local.get $means) (i32.const 32)))
      (br_if $column
        (i32.lt_u (local.tee $source (i32.add (local.get $source) (i32.const 16))) (local.get $rowEnd))))

    ;; Along the row of means, from its first value on, which lies five pixels before the first one's.
    (local.set $means (i32.sub (local.get $means) (i32.shl (local.get $stride) (i32.const 1))))
    (loop $pixel
      (local.set $sumSimilar (f64.const 0))
      (local.set $sumContrast (f64.const 0))
      (local.set $channels (i32.const 3))
      (loop $channel
        (local.set $first (f64x2.mul (local.get $k0) (v128.load offset=480 (local.get $means))))
        (local.set $second (f64x2.mul (local.get $k0) (v128.load offset=496 (local.get $means))))
        (local.set $first
          (f64x2.add (local.get $first)
            (f64x2.mul (local.get $k1)
              (f64x2.add (v128.load offset=384 (local.get $means)) (v128.load offset=576 (local.get $means))))))
        (local.set $second
          (f64x2.add (local.get $second)
            (f64x2.mul (local.get $k1)
              (f64x2.add (v128.load offset=400 (local.get $means)) (v128.load offset=592 (local.get $means))))))
        (local.set $first
          (f64x2.add (local.get $first)
            (f64x2.mul (local.get $k2)
              (f64x2.add (v128.load offset=288 (local.get $means)) (v128.load offset=672 (local.get $means))))))
        (local.set $second
          (f64x2.add (local.get $second)
            (f64x2.mul (local.get $k2)
              (f64x2.add (v128.load offset=304 (local.get $means)) (v128.load offset=688 (local.get $means))))))
        (local.set $first
          (f64x2.add (local.get $first)
            (f64x2.mul (local.get $k3)
              (f64x2.add (v128.load offset=192 (local.get $means)) (v128.load offset=768 (local.get $means))))))
        (local.set $second
          (f64x2.add (local.get $second)
            (f64x2.mul (local.get $k3)
              (f64x2.add (v128.load offset=208 (local.get $means)) (v128.load offset=784 (local.get $means))))))
        (local.set $first
          (f64x2.add (local.get $first)
            (f64x2.mul (local.get $k4)
              (f64x2.add (v128.load offset=96 (local.get $means)) (v128.load offset=864 (local.get $means))))))
        (local.set $second
          (f64x2.add (local.get $second)
            (f64x2.mul (local.get $k4)
              (f64x2.add (v128.load offset=112 (local.get $means)) (v128.load offset=880 (local.get $means))))))
        (local.set $first
          (f64x2.add (local.get $first)
            (f64x2.mul (local.get $k5)
              (f64x2.add (v128.load (local.get $means)) (v128.load offset=960 (local.get $means))))))
        (local.set $second
          (f64x2.add (local.get $second)
            (f64x2.mul (local.get $k5)
              (f64x2.add (v128.load offset=16 (local.get $means)) (v128.load offset=976 (local.get $means))))))
        ;; p: S² and D²; q: the variances of both; then the terms of brightness and of contrast beside each other.
        (local.set $p (f64x2.mul (local.get $first) (local.get $first)))
        (local.set $q (f64x2.sub (local.get $second) (local.get $p)))
        (local.set $first
          (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23 (local.get $p) (local.get $q)))
        (local.set $second
          (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31 (local.get $p) (local.get $q)))
        (local.set $p
          (f64x2.div
            (f64x2.add (f64x2.sub (local.get $first) (local.get $second)) (local.get $constants))
            (f64x2.add (f64x2.add (local.get $first) (local.get $second)) (local.get $constants))))
        (local.set $sumSimilar
          (f64.add (local.get $sumSimilar)
            (f64.mul (f64x2.extract_lane 0 (local.get $p)) (f64x2.extract_lane 1 (local.get $p)))))
        (local.set $sumContrast (f64.add (local.get $sumContrast) (f64x2.extract_lane 1 (local.get $p))))
        (local.set $means (i32.add (local.get $means) (i32.const 32)))
        (br_if $channel (local.tee $channels (i32.sub (local.get $channels) (i32.const 1)))))
      (f64.store (local.get $similarity) (f64.div (local.get $sumSimilar) (f64.const 3)))
      (f64.store (local.get $contrast) (f64.div (local.get $sumContrast) (f64.const 3)))
      (local.set $similarity (i32.add (local.get $similarity) (i32.const 8)))
      (br_if $pixel
        (i32.lt_u (local.tee $contrast (i32.add (local.get $contrast) (i32.const 8))) (local.get $end))))))

// Pixel shuffle in PyTorch's order of channels, and its inverse, which is its gradient.
#include "kernels.h"
#include "op.h"
#include "parallel.h"
#include "vector.h"

namespace fsg {
namespace {

// One row of cells: `wide` rows of pictures twice as large, `deep` cells of 4 c channels.
template <bool kShuffle>
FSG_INLINE void Row(float* deep, float* wide, int64_t width, int64_t c) {
  for (int64_t x = 0; x < width; x++)
    for (int64_t i = 0; i < 2; i++) {
      float* pixels = wide + (i * 2 * width + 2 * x) * c;
      float* cell = deep + x * 4 * c + 2 * i;
      for (int64_t j = 0; j < 2; j++)
        for (int64_t k = 0; k < c; k++) {
          if (kShuffle) pixels[j * c + k] = cell[4 * k + j];
          else cell[4 * k + j] = pixels[j * c + k];
        }
    }
}

template <bool kShuffle>
void Rows(const Tensor& deep, const Tensor& wide) {
  const int64_t rows = deep.shape[0] * deep.shape[1], width = deep.shape[2], channels = deep.shape[3];
  const Parts parts(rows, width * channels);
  InParallel(parts.count, [&](int64_t part) {
    for (int64_t row = parts.First(part); row < parts.Last(part); row++)
      Row<kShuffle>(deep.data + row * width * channels, wide.data + row * width * channels, width, channels / 4);
  });
}

// [B, H, W, 4c] → [B, 2H, 2W, c]: channel 4k + 2i + j goes to row i, column j of its cell, channel k
void Shuffle(Context& context) {
  const Tensor deep = context.Input(0);
  Rows<true>(deep, context.Output(0, {deep.shape[0], 2 * deep.shape[1], 2 * deep.shape[2], deep.shape[3] / 4}));
}

// [B, 2H, 2W, c] → [B, H, W, 4c]
void Unshuffle(Context& context) {
  const Tensor wide = context.Input(0);
  Rows<false>(context.Output(0, {wide.shape[0], wide.shape[1] / 2, wide.shape[2] / 2, wide.shape[3] * 4}), wide);
}

}  // namespace

void DefinePixelShuffle() {
  Define<Shuffle>({"FsgPixelShuffle", {"x"}, {"y"}, {}});
  Define<Unshuffle>({"FsgPixelUnshuffle", {"x"}, {"y"}, {}});
}

}  // namespace fsg

// Bilinear cuts out of pictures along a similarity, and the gradient for the pictures.
#include <algorithm>
#include <cmath>

#include "kernels.h"
#include "op.h"
#include "parallel.h"

namespace fsg {
namespace {

// Where a pixel of the cut is read: the pixel to the upper left and the shares of the four around it.
struct Place {
  int64_t pixel;
  float shares[4];
};

// similarity (a, b, x0, y0): pixel (u, v) of the cut lies at (a u − b v + x0, b u + a v + y0), moved to the border from outside.
Place PlaceOf(const float* s, float u, float v, int64_t height, int64_t width) {
  const float x = std::min(std::max(s[0] * u - s[1] * v + s[2], 0.0f), static_cast<float>(width - 1));
  const float y = std::min(std::max(s[1] * u + s[0] * v + s[3], 0.0f), static_cast<float>(height - 1));
  const float left = std::min(std::floor(x), static_cast<float>(width - 2));
  const float top = std::min(std::floor(y), static_cast<float>(height - 2));
  const float fx = x - left, fy = y - top;
  return {static_cast<int64_t>(top) * width + static_cast<int64_t>(left),
          {(1 - fx) * (1 - fy), fx * (1 - fy), (1 - fx) * fy, fx * fy}};
}

struct Pictures {
  const Tensor similarity, u, v;
  const int64_t height, width, channels;

  int64_t Points() const { return u.Size(); }
  Place At(int64_t picture, int64_t point) const {
    return PlaceOf(similarity.data + 4 * picture, u.data[point], v.data[point], height, width);
  }
  // Offsets of the four pixels from the upper left one.
  int64_t Corner(int corner) const { return ((corner / 2) * width + corner % 2) * channels; }
};

// images [B, H, W, C], similarity [B, 4], u and v [1, N] → [B, N, C]
void Cut(Context& context) {
  const Tensor images = context.Input(0);
  const Pictures p{context.Input(1), context.Input(2), context.Input(3),
                   images.shape[1],  images.shape[2],  images.shape[3]};
  const Tensor out = context.Output(0, {images.shape[0], p.Points(), p.channels});
  InParallel(images.shape[0], [&](int64_t picture) {
    const float* from = images.data + picture * p.height * p.width * p.channels;
    float* to = out.data + picture * p.Points() * p.channels;
    for (int64_t point = 0; point < p.Points(); point++) {
      const Place place = p.At(picture, point);
      const float* pixel = from + place.pixel * p.channels;
      for (int64_t c = 0; c < p.channels; c++) {
        float value = 0;
        for (int corner = 0; corner < 4; corner++) value += place.shares[corner] * pixel[p.Corner(corner) + c];
        *to++ = value;
      }
    }
  });
}

// dy [B, N, C], images (for their shape), similarity, u, v → dimages [B, H, W, C]
void CutGradient(Context& context) {
  const Tensor dy = context.Input(0), images = context.Input(1);
  const Pictures p{context.Input(2), context.Input(3), context.Input(4),
                   images.shape[1],  images.shape[2],  images.shape[3]};
  const Tensor dimages = context.Output(0, images.shape);
  const int64_t size = p.height * p.width * p.channels;
  InParallel(images.shape[0], [&](int64_t picture) {
    float* to = dimages.data + picture * size;
    std::fill_n(to, size, 0.0f);
    const float* from = dy.data + picture * p.Points() * p.channels;
    for (int64_t point = 0; point < p.Points(); point++) {
      const Place place = p.At(picture, point);
      float* pixel = to + place.pixel * p.channels;
      for (int64_t c = 0; c < p.channels; c++, from++)
        for (int corner = 0; corner < 4; corner++) pixel[p.Corner(corner) + c] += place.shares[corner] * *from;
    }
  });
}

}  // namespace

void DefineCut() {
  Define<Cut>({"FsgCut", {"images", "similarity", "u", "v"}, {"y"}, {}});
  Define<CutGradient>({"FsgCutGradient", {"dy", "images", "similarity", "u", "v"}, {"dimages"}, {}});
}

}  // namespace fsg

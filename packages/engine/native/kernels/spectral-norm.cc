// Spectral normalisation by the power method, and its gradient.
#include <algorithm>
#include <cmath>

#include "kernels.h"
#include "op.h"
#include "vector.h"

namespace fsg {
namespace {

constexpr float kEpsilon = 1e-12f;

FSG_VECTOR float Dot(const float* a, const float* b, int64_t size) {
  float lanes[64] = {};
  int64_t i = 0;
  for (; i + 64 <= size; i += 64)
    for (int64_t j = 0; j < 64; j++) lanes[j] += a[i + j] * b[i + j];
  float sum = 0;
  for (; i < size; i++) sum += a[i] * b[i];
  for (float lane : lanes) sum += lane;
  return sum;
}

FSG_VECTOR void AddScaled(const float* row, float factor, int64_t size, float* sums) {
  for (int64_t i = 0; i < size; i++) sums[i] += row[i] * factor;
}

FSG_VECTOR void Divide(const float* x, float by, int64_t size, float* y) {
  for (int64_t i = 0; i < size; i++) y[i] = x[i] / by;
}

// y = (dy − along · v uᵀ) / sigma, one row
FSG_VECTOR void TakeOff(const float* dy, const float* u, float along, float sigma, int64_t size, float* y) {
  for (int64_t i = 0; i < size; i++) y[i] = (dy[i] - along * u[i]) / sigma;
}

float Norm(const float* x, int64_t size) { return std::sqrt(Dot(x, x, size)); }

// filter as a matrix [m, n], u [n], v [m] → filter / sigma, u, v, sigma; `iterate`: after one round of the power method
void SpectralNorm(Context& context) {
  const Tensor filter = context.Input(0), u = context.Input(1), v = context.Input(2);
  const int64_t n = u.Size(), m = v.Size();
  const Tensor y = context.Output(0, filter.shape), left = context.Output(1, u.shape);
  const Tensor right = context.Output(2, v.shape), sigma = context.Output(3, {});
  if (context.attributes.iterate) {
    for (int64_t row = 0; row < m; row++) right.data[row] = Dot(filter.data + row * n, u.data, n);
    Divide(right.data, std::max(Norm(right.data, m), kEpsilon), m, right.data);
  } else {
    std::copy_n(v.data, m, right.data);
  }
  std::vector<float> image(n);
  for (int64_t row = 0; row < m; row++) AddScaled(filter.data + row * n, right.data[row], n, image.data());
  if (context.attributes.iterate) {
    *sigma.data = Norm(image.data(), n);
    Divide(image.data(), std::max(*sigma.data, kEpsilon), n, left.data);
  } else {
    *sigma.data = Dot(image.data(), u.data, n);
    std::copy_n(u.data, n, left.data);
  }
  Divide(filter.data, *sigma.data, m * n, y.data);
}

// dy, y = filter / sigma, u, v, sigma → dfilter; u and v count as constants
void SpectralNormGradient(Context& context) {
  const Tensor dy = context.Input(0), y = context.Input(1), u = context.Input(2), v = context.Input(3);
  const Tensor sigma = context.Input(4), dfilter = context.Output(0, dy.shape);
  const int64_t n = u.Size(), m = v.Size();
  double along = 0;
  for (int64_t row = 0; row < m; row++) along += Dot(dy.data + row * n, y.data + row * n, n);
  for (int64_t row = 0; row < m; row++)
    TakeOff(dy.data + row * n, u.data, along * v.data[row], *sigma.data, n, dfilter.data + row * n);
}

}  // namespace

void DefineSpectralNorm() {
  Define<SpectralNorm>({"FsgSpectralNorm", {"filter", "u", "v"}, {"y", "left", "right", "sigma"}, {"iterate"}});
  Define<SpectralNormGradient>({"FsgSpectralNormGradient", {"dy", "y", "u", "v", "sigma"}, {"dfilter"}, {}});
}

}  // namespace fsg

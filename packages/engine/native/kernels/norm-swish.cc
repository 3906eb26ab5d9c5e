// Batch norm over all axes but the last, then swish, and its gradient: two passes over memory each.
#include <algorithm>
#include <cmath>

#include "kernels.h"
#include "op.h"
#include "parallel.h"
#include "vector.h"

namespace fsg {
namespace {

constexpr double kEpsilon = 1e-5;

// Adds up x, lane by lane.
FSG_VECTOR void Sum(const float* x, int64_t size, int64_t width, float* FSG_APART sums) {
  for (int64_t i = 0; i < size; i += width) {
    const int64_t n = width < size - i ? width : size - i;
    for (int64_t j = 0; j < n; j++) sums[j] += x[i + j];
  }
}

// Adds up the squares of x less the mean.
FSG_VECTOR void SumSquares(const float* x, int64_t size, int64_t width, const float* mean, float* FSG_APART sums) {
  for (int64_t i = 0; i < size; i += width) {
    const int64_t n = width < size - i ? width : size - i;
    for (int64_t j = 0; j < n; j++) {
      const float d = x[i + j] - mean[j];
      sums[j] += d * d;
    }
  }
}

FSG_VECTOR void AffineSwish(const float* x, int64_t size, int64_t width, const float* gain, const float* shift,
                            float* FSG_APART y) {
  for (int64_t i = 0; i < size; i += width) {
    const int64_t n = width < size - i ? width : size - i;
    for (int64_t j = 0; j < n; j++) {
      const float z = x[i + j] * gain[j] + shift[j];
      y[i + j] = z * Sigmoid(z);
    }
  }
}

// Per lane: how a pixel's value is normalised, and what of it the gradient takes off.
struct GradientLanes {
  const float *gain, *shift;          // z = x gain + shift
  const float *inverse, *centre;      // normalised x = x inverse + centre
  const float *offset, *scaled;       // dL/dx = gain (dL/dz − offset − normalised x · scaled)
};

FSG_INLINE float SwishGradient(float dy, float z) {
  const float gate = Sigmoid(z);
  return dy * gate * (1.0f + z * (1.0f - gate));
}

// Adds up dL/dz and dL/dz · normalised x.
FSG_VECTOR void SumGradients(const float* dy, const float* x, int64_t size, int64_t width, const GradientLanes lanes,
                             float* FSG_APART offsets, float* FSG_APART scales) {
  for (int64_t i = 0; i < size; i += width) {
    const int64_t n = width < size - i ? width : size - i;
    for (int64_t j = 0; j < n; j++) {
      const float dz = SwishGradient(dy[i + j], x[i + j] * lanes.gain[j] + lanes.shift[j]);
      offsets[j] += dz;
      scales[j] += dz * (x[i + j] * lanes.inverse[j] + lanes.centre[j]);
    }
  }
}

FSG_VECTOR void InputGradient(const float* dy, const float* x, int64_t size, int64_t width, const GradientLanes lanes,
                              float* FSG_APART dx) {
  for (int64_t i = 0; i < size; i += width) {
    const int64_t n = width < size - i ? width : size - i;
    for (int64_t j = 0; j < n; j++) {
      const float dz = SwishGradient(dy[i + j], x[i + j] * lanes.gain[j] + lanes.shift[j]);
      const float normalised = x[i + j] * lanes.inverse[j] + lanes.centre[j];
      dx[i + j] = lanes.gain[j] * (dz - lanes.offset[j] - normalised * lanes.scaled[j]);
    }
  }
}

// 1 / √(biased variance + ε) from the unbiased variance of n values.
float InverseRoot(float variance, int64_t n) {
  return 1 / std::sqrt(static_cast<double>(variance) * (n - 1) / n + kEpsilon);
}

struct Moments {
  std::vector<double> mean, squares;
};

// Mean and sum of squared deviations by channel; parts are joined as in Chan, Golub and LeVeque (1979).
Moments MomentsOf(const Tensor& x, const Parts& parts) {
  const int64_t channels = x.Channels(), width = Lanes::Width(channels);
  std::vector<double> means(parts.count * channels), squares(parts.count * channels);
  InParallel(parts.count, [&](int64_t part) {
    const int64_t rows = parts.Last(part) - parts.First(part);
    const float* from = x.data + parts.First(part) * channels;
    double *mean = &means[part * channels], *square = &squares[part * channels];
    std::vector<float> sums(width);
    Sum(from, rows * channels, width, sums.data());
    FoldLanes(sums, channels, mean);
    for (int64_t c = 0; c < channels; c++) mean[c] /= rows;
    const Lanes centre(channels, [&](int64_t c) { return static_cast<float>(mean[c]); });
    sums.assign(width, 0);
    SumSquares(from, rows * channels, width, centre.data(), sums.data());
    FoldLanes(sums, channels, square);
  });
  Moments all{std::vector<double>(channels), std::vector<double>(channels)};
  double before = 0;
  for (int64_t part = 0; part < parts.count; part++) {
    const double rows = parts.Last(part) - parts.First(part), share = rows / (before + rows);
    for (int64_t c = 0; c < channels; c++) {
      const double step = means[part * channels + c] - all.mean[c];
      all.mean[c] += step * share;
      all.squares[c] += squares[part * channels + c] + step * step * before * share;
    }
    before += rows;
  }
  return all;
}

// x [..., C], scale [C], offset [C] → y [..., C], mean [C], variance [C] (unbiased)
void NormSwish(Context& context) {
  const Tensor x = context.Input(0), scale = context.Input(1), offset = context.Input(2);
  const int64_t channels = x.Channels(), width = Lanes::Width(channels);
  const Parts parts(x.Size() / channels, channels);
  const Tensor y = context.Output(0, x.shape), mean = context.Output(1, {channels});
  const Tensor variance = context.Output(2, {channels});
  const Moments moments = MomentsOf(x, parts);
  for (int64_t c = 0; c < channels; c++) {
    mean.data[c] = moments.mean[c];
    variance.data[c] = moments.squares[c] / std::max<int64_t>(parts.rows - 1, 1);
  }
  const auto gainOf = [&](int64_t c) { return scale.data[c] * InverseRoot(variance.data[c], parts.rows); };
  const Lanes gain(channels, gainOf);
  const Lanes shift(channels, [&](int64_t c) { return offset.data[c] - mean.data[c] * gainOf(c); });
  InParallel(parts.count, [&](int64_t part) {
    const int64_t first = parts.First(part) * channels, size = parts.Last(part) * channels - first;
    AffineSwish(x.data + first, size, width, gain.data(), shift.data(), y.data + first);
  });
}

// dy [..., C], x, scale, offset, mean, variance → dx [..., C], dscale [C], doffset [C]
void NormSwishGradient(Context& context) {
  const Tensor dy = context.Input(0), x = context.Input(1), scale = context.Input(2), offset = context.Input(3);
  const Tensor mean = context.Input(4), variance = context.Input(5);
  const int64_t channels = x.Channels(), width = Lanes::Width(channels);
  const Parts parts(x.Size() / channels, channels);
  const Tensor dx = context.Output(0, x.shape);
  const Tensor dscale = context.Output(1, {channels}), doffset = context.Output(2, {channels});
  const auto inverseOf = [&](int64_t c) { return InverseRoot(variance.data[c], parts.rows); };
  const auto gainOf = [&](int64_t c) { return scale.data[c] * inverseOf(c); };
  const Lanes gain(channels, gainOf);
  const Lanes shift(channels, [&](int64_t c) { return offset.data[c] - mean.data[c] * gainOf(c); });
  const Lanes inverses(channels, inverseOf);
  const Lanes centre(channels, [&](int64_t c) { return -mean.data[c] * inverseOf(c); });
  GradientLanes lanes{gain.data(), shift.data(), inverses.data(), centre.data(), nullptr, nullptr};

  std::vector<double> sums(parts.count * 2 * channels);
  InParallel(parts.count, [&](int64_t part) {
    const int64_t first = parts.First(part) * channels, size = parts.Last(part) * channels - first;
    std::vector<float> offsets(width), scales(width);
    SumGradients(dy.data + first, x.data + first, size, width, lanes, offsets.data(), scales.data());
    FoldLanes(offsets, channels, &sums[part * 2 * channels]);
    FoldLanes(scales, channels, &sums[(part * 2 + 1) * channels]);
  });
  for (int64_t c = 0; c < channels; c++) {
    double offsets = 0, scales = 0;
    for (int64_t part = 0; part < parts.count; part++) {
      offsets += sums[part * 2 * channels + c];
      scales += sums[(part * 2 + 1) * channels + c];
    }
    doffset.data[c] = offsets;
    dscale.data[c] = scales;
  }
  const Lanes meanOffset(channels, [&](int64_t c) { return doffset.data[c] / parts.rows; });
  const Lanes meanScale(channels, [&](int64_t c) { return dscale.data[c] / parts.rows; });
  lanes.offset = meanOffset.data();
  lanes.scaled = meanScale.data();
  InParallel(parts.count, [&](int64_t part) {
    const int64_t first = parts.First(part) * channels, size = parts.Last(part) * channels - first;
    InputGradient(dy.data + first, x.data + first, size, width, lanes, dx.data + first);
  });
}

}  // namespace

void DefineNormSwish() {
  Define<NormSwish>({"FsgNormSwish", {"x", "scale", "offset"}, {"y", "mean", "variance"}, {}});
  Define<NormSwishGradient>({"FsgNormSwishGradient",
                             {"dy", "x", "scale", "offset", "mean", "variance"},
                             {"dx", "dscale", "doffset"},
                             {}});
}

}  // namespace fsg

// What loops over many values share: compiled for several kinds of processor, and an exponential that can be vectorised.
#ifndef FSG_KERNELS_VECTOR_H_
#define FSG_KERNELS_VECTOR_H_

#include <cstdint>
#include <cstring>
#include <vector>

// The function is compiled once for each kind of processor; the fitting one is chosen when the addon is loaded.
#if defined(__x86_64__) && defined(__linux__)
#define FSG_VECTOR __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define FSG_VECTOR
#endif
#define FSG_INLINE __attribute__((always_inline)) inline
// Pointers of a vector loop: nothing that one of them reads is written through another, but at the same place.
#define FSG_APART __restrict

namespace fsg {

// e^x to 2 units in the last place, between e^-87 and e^88. NaN stays NaN. Polynomial: Cephes (Moshier).
FSG_INLINE float Exp(float x) {
  x = x < -87.0f ? -87.0f : x;
  x = x > 88.0f ? 88.0f : x;
  // Adding 1.5·2^23 rounds to a whole number, which then stands in the low bits.
  const float shift = 12582912.0f;
  const float shifted = x * 1.44269504088896341f + shift;
  const float n = shifted - shift;
  const float r = (x - n * 0.693359375f) + n * 2.12194440e-4f;
  float p = 1.9875691500e-4f;
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * (r * r) + r + 1.0f;
  int32_t bits;
  std::memcpy(&bits, &shifted, sizeof bits);
  bits = static_cast<int32_t>(static_cast<uint32_t>(bits - 0x4B400000 + 127) << 23);
  float scale;
  std::memcpy(&scale, &bits, sizeof scale);
  return p * scale;
}

FSG_INLINE float Sigmoid(float x) { return 1.0f / (1.0f + Exp(-x)); }

// Values per channel, repeated until they fill some registers: loops over whole pixels then run at full width whatever
// the number of channels.
class Lanes {
 public:
  static int64_t Width(int64_t channels) { return channels * ((255 + channels) / channels); }

  template <class F>
  Lanes(int64_t channels, F value) : values_(Width(channels)) {
    for (int64_t c = 0; c < channels; c++) values_[c] = value(c);
    for (size_t i = channels; i < values_.size(); i++) values_[i] = values_[i - channels];
  }
  const float* data() const { return values_.data(); }

 private:
  std::vector<float> values_;
};

// Sums per channel of values that were added up lane by lane.
inline void FoldLanes(const std::vector<float>& lanes, int64_t channels, double* sums) {
  for (int64_t c = 0; c < channels; c++) sums[c] = 0;
  for (size_t i = 0; i < lanes.size(); i++) sums[i % channels] += lanes[i];
}

}  // namespace fsg

#endif

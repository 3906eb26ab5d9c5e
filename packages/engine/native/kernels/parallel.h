// Threads of the kernels. What a part computes never depends on how many threads there are, so results do not either.
#ifndef FSG_KERNELS_PARALLEL_H_
#define FSG_KERNELS_PARALLEL_H_

#include <cstdint>
#include <functional>

namespace fsg {

// Starts the threads: so many may work on one operation, the calling one included. Called once.
void StartThreads(int threads);

// Runs part(0) … part(count − 1), in any order and at the same time, and returns when all are done.
void InParallel(int64_t count, const std::function<void(int64_t)>& part);

// Values of a part: small enough that it stays in a core's own cache, large enough to be worth a thread.
constexpr int64_t kPart = 16384;

// Cuts `rows` rows of `length` values into parts of whole rows.
struct Parts {
  Parts(int64_t rows, int64_t length)
      : rows(rows), step(length >= kPart ? 1 : kPart / length), count((rows + step - 1) / step) {}
  int64_t First(int64_t part) const { return part * step; }
  int64_t Last(int64_t part) const { return part + 1 == count ? rows : (part + 1) * step; }
  const int64_t rows, step, count;
};

}  // namespace fsg

#endif

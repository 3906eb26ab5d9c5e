#include "parallel.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>

namespace fsg {
namespace {

struct Job {
  const std::function<void(int64_t)>* part;
  int64_t count;
  std::atomic<int64_t> next{0};
  std::atomic<int64_t> done{0};

  // Takes parts until none is left.
  void Work() {
    for (int64_t i = next++; i < count; i = next++) {
      (*part)(i);
      done++;
    }
  }
};

struct Pool {
  std::mutex mutex;
  std::condition_variable wake;
  std::deque<std::shared_ptr<Job>> jobs;
  int helpers = 0;

  void Help() {
    for (;;) {
      std::shared_ptr<Job> job;
      {
        std::unique_lock<std::mutex> lock(mutex);
        wake.wait(lock, [this] { return !jobs.empty(); });
        job = jobs.front();
        jobs.pop_front();
      }
      job->Work();
    }
  }
};

// Never destroyed: its threads wait on it until the process ends.
Pool& pool = *new Pool;

}  // namespace

void StartThreads(int threads) {
  for (; pool.helpers < threads - 1; pool.helpers++) std::thread([] { pool.Help(); }).detach();
}

void InParallel(int64_t count, const std::function<void(int64_t)>& part) {
  const int64_t wanted = std::min<int64_t>(pool.helpers, count - 1);
  if (wanted <= 0) {
    for (int64_t i = 0; i < count; i++) part(i);
    return;
  }
  auto job = std::make_shared<Job>();
  job->part = &part;
  job->count = count;
  {
    std::lock_guard<std::mutex> lock(pool.mutex);
    for (int64_t i = 0; i < wanted; i++) pool.jobs.push_back(job);
  }
  if (wanted == 1) pool.wake.notify_one();
  else pool.wake.notify_all();
  job->Work();
  // The last parts of other threads take microseconds.
  while (job->done < count) std::this_thread::yield();
}

}  // namespace fsg

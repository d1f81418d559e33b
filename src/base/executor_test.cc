#include "base/executor.h"

#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <thread>

namespace lifeboat {
namespace {

TEST(ThreadPoolTest, RunsAllThatWasSubmittedBeforeItEnds) {
  for (int round = 0; round < 50; ++round) {
    std::atomic<int> ran = 0;
    {
      ThreadPool pool("pool", 3);
      for (int i = 0; i < 100; ++i) pool.Submit([&] { ++ran; });
    }
    EXPECT_EQ(ran, 100);
  }
}

TEST(ThreadPoolTest, WorkMaySubmitWork) {
  std::atomic<int> ran = 0;
  {
    ThreadPool pool("pool", 2);
    for (int i = 0; i < 20; ++i) {
      pool.Submit([&] {
        ++ran;
        pool.Submit([&] { ++ran; });
      });
    }
    while (ran < 40) std::this_thread::yield();
  }
  EXPECT_EQ(ran, 40);
}

TEST(ThreadPoolTest, EveryThreadTakesPart) {
  constexpr int kThreads = 4;
  ThreadPool pool("pool", kThreads);
  Semaphore started, go_on;
  Mutex mutex;
  std::set<std::thread::id> threads;
  for (int i = 0; i < kThreads; ++i) {
    pool.Submit([&] {
      {
        MutexLock lock(mutex);
        threads.insert(std::this_thread::get_id());
      }
      started.Post();
      go_on.Wait();
    });
  }
  for (int i = 0; i < kThreads; ++i) started.Wait();  // they run at the same time
  for (int i = 0; i < kThreads; ++i) go_on.Post();
  MutexLock lock(mutex);
  EXPECT_EQ(threads.size(), size_t{kThreads});
}

TEST(RunAllTest, WaitsForAll) {
  ThreadPool pool("pool", 3);
  std::atomic<size_t> sum = 0;
  RunAll(pool, 100, [&](size_t i) { sum += i; });
  EXPECT_EQ(sum, 4950u);
}

}  // namespace
}  // namespace lifeboat

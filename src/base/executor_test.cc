#include "base/executor.h"

#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <thread>
#include <vector>

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
  ThreadPool pool("test", 3);
  InlineExecutor here;
  for (Executor* executor : {static_cast<Executor*>(&pool), static_cast<Executor*>(&here)}) {
    for (const size_t count : {0u, 1u, 100u}) {
      std::vector<int> ran(count);
      RunAll(*executor, count, [&](size_t i) { ran[i] += static_cast<int>(i) + 1; });
      for (size_t i = 0; i < count; ++i) EXPECT_EQ(ran[i], static_cast<int>(i) + 1);
    }
  }
}

}  // namespace
}  // namespace lifeboat

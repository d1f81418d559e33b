// Executor: where work runs. Servers hand blocking work to a ThreadPool; tests run it inline.
#ifndef LIFEBOAT_BASE_EXECUTOR_H_
#define LIFEBOAT_BASE_EXECUTOR_H_

#include <deque>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "base/mutex.h"
#include "base/semaphore.h"

namespace lifeboat {

class Executor {
 public:
  virtual ~Executor() = default;
  // Runs `work` once, at some time; never drops it. Work must not throw.
  virtual void Submit(std::function<void()> work) = 0;
};

class InlineExecutor : public Executor {
 public:
  void Submit(std::function<void()> work) override { work(); }
};

// A fixed number of threads over one queue. The destructor runs what was submitted, then joins.
//
// Work goes to the thread that became idle last: its stack and its memory are the ones still in the cache.
class ThreadPool : public Executor {
 public:
  ThreadPool(std::string name, int threads);
  ~ThreadPool() override;
  void Submit(std::function<void()> work) override;

 private:
  struct Idle {
    std::function<void()> work;  // set before `woken`; empty: stop, or look into the queue
    Semaphore woken;
  };

  void Run();

  Mutex mutex_;
  std::deque<std::function<void()>> queue_ GUARDED_BY(mutex_);  // empty while a thread is idle
  std::vector<Idle*> idle_ GUARDED_BY(mutex_);
  bool stopping_ GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

// Runs work(0) … work(count - 1) on `executor`, in no order, and waits for them all. Not from a thread of
// that executor: it would wait for itself.
void RunAll(Executor& executor, size_t count, const std::function<void(size_t)>& work);

// One background thread that calls `tick` every `interval` until stopped; the destructor stops and joins.
class PeriodicThread {
 public:
  PeriodicThread(std::string name, std::chrono::microseconds interval, std::function<void()> tick);
  ~PeriodicThread();
  // Runs the next tick at once.
  void Wake();

 private:
  Mutex mutex_;
  CondVar wake_;
  bool stopping_ GUARDED_BY(mutex_) = false;
  bool woken_ GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace lifeboat

#endif  // LIFEBOAT_BASE_EXECUTOR_H_

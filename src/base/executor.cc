#include "base/executor.h"

#include <pthread.h>

#include <utility>

namespace lifeboat {
namespace {

// The kernel keeps 15 characters of a thread's name.
void NameThread(const std::string& name) {
  pthread_setname_np(pthread_self(), name.substr(0, 15).c_str());
}

}  // namespace

ThreadPool::ThreadPool(std::string name, int threads) {
  threads_.reserve(static_cast<size_t>(threads));
  for (int i = 0; i < threads; ++i) {
    threads_.emplace_back([this, name] {
      NameThread(name);
      Run();
    });
  }
}

ThreadPool::~ThreadPool() {
  std::vector<Idle*> idle;
  {
    MutexLock lock(mutex_);
    stopping_ = true;
    idle.swap(idle_);
  }
  for (Idle* thread : idle) thread->woken.Post();
  for (std::thread& thread : threads_) thread.join();
}

void ThreadPool::Submit(std::function<void()> work) {
  Idle* thread = nullptr;
  {
    MutexLock lock(mutex_);
    if (idle_.empty()) {
      queue_.push_back(std::move(work));
      return;
    }
    thread = idle_.back();
    idle_.pop_back();
  }
  thread->work = std::move(work);
  thread->woken.Post();
}

void ThreadPool::Run() {
  Idle self;
  for (;;) {
    std::function<void()> work;
    {
      MutexLock lock(mutex_);
      if (!queue_.empty()) {
        work = std::move(queue_.front());
        queue_.pop_front();
      } else if (stopping_) {
        return;
      } else {
        idle_.push_back(&self);
      }
    }
    if (!work) {
      self.woken.Wait();
      work = std::exchange(self.work, nullptr);
    }
    if (work) work();
  }
}

void RunAll(Executor& executor, size_t count, const std::function<void(size_t)>& work) {
  Mutex mutex;
  CondVar done;
  size_t left = count;
  for (size_t i = 0; i < count; ++i) {
    executor.Submit([&, i] {
      work(i);
      MutexLock lock(mutex);  // also while notifying: the waiter owns what is notified
      if (--left == 0) done.NotifyAll();
    });
  }
  MutexLock lock(mutex);
  while (left > 0) done.Wait(mutex);
}

PeriodicThread::PeriodicThread(std::string name, std::chrono::microseconds interval,
                               std::function<void()> tick)
    : thread_([this, name, interval, tick = std::move(tick)] {
        NameThread(name);
        while (true) {
          tick();
          MutexLock lock(mutex_);
          while (!stopping_ && !woken_) {
            if (!wake_.WaitFor(mutex_, interval)) break;
          }
          if (stopping_) return;
          woken_ = false;
        }
      }) {}

PeriodicThread::~PeriodicThread() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
  }
  wake_.NotifyAll();
  thread_.join();
}

void PeriodicThread::Wake() {
  {
    MutexLock lock(mutex_);
    woken_ = true;
  }
  wake_.NotifyAll();
}

}  // namespace lifeboat

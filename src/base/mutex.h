// Mutex, MutexLock, CondVar: std::mutex with annotations that clang's -Wthread-safety checks.
//
//   Mutex mutex_;
//   std::map<…> tables_ GUARDED_BY(mutex_);
#ifndef LIFEBOAT_BASE_MUTEX_H_
#define LIFEBOAT_BASE_MUTEX_H_

#include <chrono>
#include <condition_variable>
#include <mutex>

#if defined(__clang__)
#define LIFEBOAT_THREAD_ANNOTATION_(x) __attribute__((x))
#else
#define LIFEBOAT_THREAD_ANNOTATION_(x)
#endif
#define CAPABILITY(x) LIFEBOAT_THREAD_ANNOTATION_(capability(x))
#define SCOPED_CAPABILITY LIFEBOAT_THREAD_ANNOTATION_(scoped_lockable)
#define GUARDED_BY(x) LIFEBOAT_THREAD_ANNOTATION_(guarded_by(x))
#define REQUIRES_LOCK(...) LIFEBOAT_THREAD_ANNOTATION_(requires_capability(__VA_ARGS__))
#define ACQUIRES_LOCK(...) LIFEBOAT_THREAD_ANNOTATION_(acquire_capability(__VA_ARGS__))
#define RELEASES_LOCK(...) LIFEBOAT_THREAD_ANNOTATION_(release_capability(__VA_ARGS__))
#define EXCLUDES_LOCK(...) LIFEBOAT_THREAD_ANNOTATION_(locks_excluded(__VA_ARGS__))
#define NO_THREAD_SAFETY_ANALYSIS LIFEBOAT_THREAD_ANNOTATION_(no_thread_safety_analysis)

namespace lifeboat {

class CAPABILITY("mutex") Mutex {
 public:
  void Lock() ACQUIRES_LOCK() { mutex_.lock(); }
  void Unlock() RELEASES_LOCK() { mutex_.unlock(); }

 private:
  friend class CondVar;
  std::mutex mutex_;
};

class SCOPED_CAPABILITY MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) ACQUIRES_LOCK(mutex) : mutex_(mutex) { mutex_.Lock(); }
  ~MutexLock() RELEASES_LOCK() { mutex_.Unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex& mutex_;
};

class CondVar {
 public:
  // Releases `mutex`, waits, takes it again. Wakes spuriously: loop over the condition.
  void Wait(Mutex& mutex) REQUIRES_LOCK(mutex) NO_THREAD_SAFETY_ANALYSIS {
    std::unique_lock<std::mutex> lock(mutex.mutex_, std::adopt_lock);
    condition_.wait(lock);
    lock.release();
  }
  // False when the time ran out.
  bool WaitFor(Mutex& mutex, std::chrono::microseconds timeout) REQUIRES_LOCK(mutex) NO_THREAD_SAFETY_ANALYSIS {
    std::unique_lock<std::mutex> lock(mutex.mutex_, std::adopt_lock);
    const bool signalled = condition_.wait_for(lock, timeout) == std::cv_status::no_timeout;
    lock.release();
    return signalled;
  }
  void NotifyOne() { condition_.notify_one(); }
  void NotifyAll() { condition_.notify_all(); }

 private:
  std::condition_variable condition_;
};

}  // namespace lifeboat

#endif  // LIFEBOAT_BASE_MUTEX_H_

// Semaphore: each Post lets one Wait return, now or later.
//
// Where one thread tells another that something is done, it needs no lock around it: whoever waits may
// destroy the semaphore as soon as Wait has returned, and is not woken only to wait for a mutex.
#ifndef LIFEBOAT_BASE_SEMAPHORE_H_
#define LIFEBOAT_BASE_SEMAPHORE_H_

#include <semaphore.h>

#include "base/check.h"

namespace lifeboat {

class Semaphore {
 public:
  Semaphore() { LIFEBOAT_CHECK(sem_init(&semaphore_, 0, 0) == 0, "sem_init failed"); }
  ~Semaphore() { sem_destroy(&semaphore_); }
  Semaphore(const Semaphore&) = delete;
  Semaphore& operator=(const Semaphore&) = delete;

  void Post() { LIFEBOAT_CHECK(sem_post(&semaphore_) == 0, "sem_post failed"); }
  void Wait() {
    while (sem_wait(&semaphore_) != 0) {
      // Interrupted by a signal: the only reason there is.
    }
  }

 private:
  sem_t semaphore_;
};

}  // namespace lifeboat

#endif  // LIFEBOAT_BASE_SEMAPHORE_H_

// SqliteChangeCounter: tells every process that has a SQLite store open whether anything was committed to it,
// at the price of one look at memory.
//
// A small file beside the store, "<store>-changes", is mapped by all of them. A writer makes the number odd
// before it commits and even after; so a number that is even and the same as before means that nothing was
// committed in between. A writer that dies halfway leaves it odd: then readers ask the store itself, until
// the next commit.
#ifndef LIFEBOAT_CATALOG_STORE_SQLITE_CHANGE_COUNTER_H_
#define LIFEBOAT_CATALOG_STORE_SQLITE_CHANGE_COUNTER_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"

namespace lifeboat::catalog {

class SqliteChangeCounter {
 public:
  // kFailedPrecondition when the file beside `store_path` cannot be made.
  static Result<std::unique_ptr<SqliteChangeCounter>> Open(const std::string& store_path);
  ~SqliteChangeCounter();
  SqliteChangeCounter(const SqliteChangeCounter&) = delete;
  SqliteChangeCounter& operator=(const SqliteChangeCounter&) = delete;

  // Nothing while a commit is under way.
  std::optional<uint64_t> Value() const;

  // Around COMMIT, Begin while the store's write lock is held: End(Begin()).
  uint64_t Begin();
  void End(uint64_t begun);

 private:
  explicit SqliteChangeCounter(std::atomic<uint64_t>* value) : value_(value) {}

  std::atomic<uint64_t>* const value_;
};

}  // namespace lifeboat::catalog

#endif  // LIFEBOAT_CATALOG_STORE_SQLITE_CHANGE_COUNTER_H_
